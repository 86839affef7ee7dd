"""A second factor from the first code to the lost phone, in a real browser."""

import pytest

from strongroom.lab import Authenticator, Browser
from tests.people import new_person
from tests.running import RunningServer

from .test_newcomer import PHONE, confirm, sign_up, visitor
from .visitor import Visitor


async def enrol(someone: Visitor, password: str) -> Authenticator:
    """Show the password, and type the key that is shown into an app."""
    await someone.follow("Sign-in security")
    await someone.look("security-off")
    await someone.fill(password=password)
    await someone.press("Show the QR code")
    await someone.look("enrol")
    picture = someone.page.locator(".scan svg")
    assert ((await picture.bounding_box()) or {"width": 0})["width"] > 100
    seed = await someone.page.locator(".command code").inner_text()
    return Authenticator(seed.replace(" ", ""))


async def turn_on(someone: Visitor, app: Authenticator) -> list[str]:
    """Be refused with a wrong first code, and succeed; return the recovery codes."""
    await someone.fill(code=app.wrong_code())
    await someone.press("Turn on")
    await someone.look("first-code-refused")
    await someone.fill(code=await app.next_code())
    await someone.press("Turn on")
    assert await someone.heading() == "Keep your recovery codes"
    await someone.look("recovery-codes")
    codes = (await someone.page.locator(".command code").inner_text()).split()
    assert len(codes) == 10
    return codes


async def keep(someone: Visitor, codes: list[str]) -> None:
    """Download the codes, and find all of them in the file."""
    async with someone.page.expect_download() as coming:
        await someone.page.get_by_role("link", name="Download").click()
    file = await (await coming.value).path()
    assert file.read_text(encoding="utf-8").split() == codes


@pytest.mark.parametrize(
    ("name", "options"),
    [("factor", {}), ("factor-phone", PHONE)],
    ids=["desk", "phone"],
)
async def test_a_person_enrols_and_loses_the_phone(
    chromium: Browser,
    server: RunningServer,
    name: str,
    options: dict[str, object],
) -> None:
    """Enrol, sign out, sign in with a code; lose the app, and get in all the same."""
    person = new_person()
    async with visitor(chromium, server, name, **options) as someone:
        await sign_up(someone, person)
        await confirm(someone, person)
        app = await enrol(someone, person.password)
        codes = await turn_on(someone, app)
        await keep(someone, codes)
        await someone.follow("I have kept them")
        await someone.look("security-on")
        await someone.press("Sign out")
        await someone.page.goto("/console/members")
        await someone.fill(email=person.email, password=person.password)
        await someone.press("Sign in")
        await someone.look("second-factor")
        await someone.fill(code=app.wrong_code())
        await someone.press("Sign in")
        await someone.look("second-factor-refused")
        await someone.fill(code=await app.next_code())
        await someone.press("Sign in")
        assert someone.page.url == f"{server.url}/console/members"
        await someone.press("Sign out")
        await someone.page.goto("/sign-in")
        await someone.fill(email=person.email, password=person.password)
        await someone.press("Sign in")
        await someone.page.get_by_text("The app is not at hand?").click()
        await someone.look("recovery")
        await someone.fill(recovery_code=codes[0])
        await someone.press("Use a recovery code")
        await someone.follow("Sign-in security")
        assert await someone.page.get_by_text("9 of 10 are left").is_visible()
        await someone.press("Make new codes")
        await someone.look("new-codes")
        await someone.follow("I have kept them")
        await someone.press("Turn off")
        assert await someone.page.get_by_role("status").is_visible()
        await someone.look("turned-off")
