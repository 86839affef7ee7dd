"""A passkey from the first one to the lost device, in a real browser."""

import pytest

from strongroom.lab import Browser
from strongroom.passkeys.proofs import NO_AUTOFILL, plug_in
from tests.people import Person, new_person
from tests.running import RunningServer

from .test_newcomer import PHONE, confirm, sign_up, visitor
from .test_second_factor import enrol, turn_on
from .visitor import Visitor


async def add(someone: Visitor, person: Person) -> None:
    """Be refused with a wrong password, and succeed."""
    await someone.follow("Sign-in security")
    await someone.follow("passkey")
    await someone.look("passkeys-none")
    await someone.fill(name="Laptop", password="wrong " * 3)
    await someone.press("Add a passkey")
    await someone.page.get_by_text("That password does not match.").wait_for()
    await someone.look("passkey-refused")
    await someone.fill(password=person.password)
    await someone.press("Add a passkey")


async def sign_in(someone: Visitor) -> None:
    """Sign in by the passkey alone."""
    await someone.page.goto("/sign-in")
    await someone.press("Sign in with a passkey")
    await someone.page.wait_for_url("**/console")


@pytest.mark.parametrize(
    ("name", "options"),
    [("passkey", {}), ("passkey-phone", PHONE)],
    ids=["desk", "phone"],
)
async def test_a_person_adds_a_passkey_and_loses_the_device(
    chromium: Browser,
    server: RunningServer,
    name: str,
    options: dict[str, object],
) -> None:
    """App and passkey; sign in, confirm, lose the device, get in, and remove it."""
    person = new_person()
    async with visitor(chromium, server, name, **options) as someone:
        await someone.page.add_init_script(NO_AUTOFILL)
        await sign_up(someone, person)
        await confirm(someone, person)
        app = await enrol(someone, person.password)
        codes = await turn_on(someone, app)
        lose_device = await plug_in(someone.page)
        await add(someone, person)
        await someone.page.get_by_text("The passkey is added.").wait_for()
        await someone.look("passkeys-one")
        await someone.follow("Sign-in security")
        await someone.look("security-with-passkey")
        await someone.press("Sign out")
        await sign_in(someone)
        await someone.press("Sign out")
        await be_asked(someone, person)
        await someone.press("Use a passkey")
        await someone.page.wait_for_url("**/console")
        await someone.press("Sign out")
        await lose_device()
        await be_asked(someone, person)
        await someone.page.get_by_text("The app is not at hand?").click()
        await someone.fill(recovery_code=codes[0])
        await someone.press("Use a recovery code")
        await someone.page.goto("/console/passkeys")
        await someone.press("Remove")
        await someone.page.get_by_text("The passkey is removed.").wait_for()
        await someone.look("passkey-removed")


async def be_asked(someone: Visitor, person: Person) -> None:
    """Sign in by the password, after which either factor is asked."""
    await someone.page.goto("/sign-in")
    await someone.look("sign-in")
    await someone.fill(email=person.email, password=person.password)
    await someone.page.get_by_role("button", name="Sign in", exact=True).click()
    await someone.page.wait_for_url("**/sign-in/second-factor")
    await someone.look("either-factor")


async def test_a_passkey_is_offered_where_the_address_is_typed(
    chromium: Browser, server: RunningServer
) -> None:
    """Autofill signs in: the authenticator here chooses the only one by itself."""
    person = new_person()
    async with visitor(chromium, server, "autofill") as someone:
        await sign_up(someone, person)
        await confirm(someone, person)
        await plug_in(someone.page)
        await add(someone, person)
        await someone.page.get_by_text("They are shown this once.").wait_for()
        await someone.press("Sign out")
        await someone.page.goto("/sign-in")
        await someone.page.wait_for_url("**/console")


async def test_a_browser_without_passkeys_is_told(
    chromium: Browser, server: RunningServer
) -> None:
    """No button that does nothing: signing in goes by password, and adding says why."""
    person = new_person()
    async with visitor(chromium, server, "no-passkeys") as someone:
        await someone.page.add_init_script("delete globalThis.PublicKeyCredential")
        await sign_up(someone, person)
        await confirm(someone, person)
        await someone.page.goto("/console/passkeys")
        notice = someone.page.get_by_text("needs a browser that knows passkeys")
        assert await notice.is_visible()
        button = someone.page.get_by_role("button", name="Add a passkey")
        assert not await button.is_visible()
        await someone.look("none-here")
