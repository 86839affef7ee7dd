"""A newcomer's way through the house, in a real browser against a running server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from strongroom.lab import Browser
from tests.people import PASSWORD, Person, new_person
from tests.running import RunningServer

from .visitor import Visitor


OTHER = "eleven loud trumpets on the hill"

PLACES = ("Devices", "Members", "Audit", "Password", "Overview")

PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "is_mobile": True,
    "has_touch": True,
    "device_scale_factor": 2,
}


@asynccontextmanager
async def visitor(
    chromium: Browser, server: RunningServer, name: str, **options: Any
) -> AsyncIterator[Visitor]:
    """Lend somebody with a fresh browser, who stands at the start."""
    async with chromium.page(base_url=server.url, **options) as page:
        someone = Visitor(page, name)
        await page.goto("/")
        yield someone


async def sign_up(someone: Visitor, person: Person) -> None:
    """Fill the form in and send it."""
    await someone.page.goto("/sign-up")
    await someone.fill(
        organization="Lantern Works", email=person.email, password=person.password
    )
    await someone.press("Sign up")


async def read_mail(someone: Visitor, person: Person) -> None:
    """Open the newest mail to *person* in the operator's outbox."""
    await someone.follow("Open the outbox")
    row = someone.page.get_by_role("row").filter(has_text=person.email)
    await row.get_by_role("link").first.click()
    await someone.page.wait_for_load_state()


async def confirm(someone: Visitor, person: Person) -> None:
    """Follow the mailed link and confirm with the password."""
    await read_mail(someone, person)
    await someone.follow("/verify?token=")
    await someone.fill(password=person.password)
    await someone.press("Confirm and sign in")


async def test_a_newcomer_finds_the_way(
    chromium: Browser, server: RunningServer
) -> None:
    """From the first page to the mail, the console, a new password and out again."""
    person = new_person()
    async with visitor(chromium, server, "desktop") as someone:
        await someone.look("welcome")
        await someone.follow("Sign up")
        await someone.look("sign-up")
        await someone.fill(organization="Lantern Works", email="x", password="short")
        await someone.press("Sign up")
        await someone.look("sign-up-refused")
        await sign_up(someone, person)
        assert person.email in await someone.page.locator("main").inner_text()
        await someone.look("check-mail")
        await read_mail(someone, person)
        await someone.look("mail")
        await someone.follow("/verify?token=")
        await someone.look("verify")
        await someone.fill(password=OTHER)
        await someone.press("Confirm and sign in")
        await someone.look("verify-refused")
        await someone.fill(password=person.password)
        await someone.press("Confirm and sign in")
        assert await someone.heading() == "Lantern Works"
        await someone.look("overview")
        for place in PLACES:
            await someone.follow(place)
            await someone.look(place.lower())
        await change_password(someone)
        await someone.press("Sign out")
        assert await someone.page.get_by_role("link", name="Sign in").is_visible()
        await someone.page.goto("/console/audit?outcome=refused")
        await someone.look("sign-in")
        await someone.fill(email=person.email, password=PASSWORD)
        await someone.press("Sign in")
        await someone.look("sign-in-refused")
        await someone.fill(email=person.email, password=OTHER)
        await someone.press("Sign in")
        assert someone.page.url.endswith("/console/audit?outcome=refused")
        assert await someone.page.get_by_text("wrong-credentials").is_visible()
        await someone.look("audit-refused")
        await someone.page.goto("/console/audit?since=2026-02-01&until=2026-01-01")
        assert await someone.page.locator("#since").input_value() == "2026-02-01"
        await someone.look("audit-filter-refused")


async def change_password(someone: Visitor) -> None:
    """Be refused with the wrong password, and succeed with the right one."""
    await someone.page.goto("/console/password")
    await someone.fill(current=OTHER, new=OTHER)
    await someone.press("Change password")
    await someone.look("password-refused")
    assert await someone.page.locator("input[name=current]").input_value() == ""
    await someone.fill(current=PASSWORD, new=OTHER)
    await someone.press("Change password")
    assert await someone.page.get_by_role("status").is_visible()
    await someone.look("password-changed")


async def test_another_device_is_signed_out(
    chromium: Browser, server: RunningServer
) -> None:
    """What one browser ends, the other notices at its next step."""
    person = new_person()
    async with (
        visitor(chromium, server, "first") as first,
        visitor(chromium, server, "second") as second,
    ):
        await sign_up(first, person)
        await confirm(first, person)
        await second.page.goto("/sign-in")
        await second.fill(email=person.email, password=person.password)
        await second.press("Sign in")
        assert await second.heading() == "Lantern Works"
        await first.page.goto("/console/devices")
        await first.look("two-devices")
        await first.page.locator("main").get_by_role("button").click()
        await first.page.wait_for_load_state()
        await first.look("device-ended")
        await second.follow("Audit")
        assert await second.heading() == "Sign in"
        assert "next=%2Fconsole%2Faudit" in second.page.url


async def test_by_keyboard_alone(chromium: Browser, server: RunningServer) -> None:
    """Tab, Enter and letters are enough, and the focus can always be seen."""
    person = new_person()
    async with visitor(chromium, server, "keyboard") as someone:
        keyboard = someone.page.keyboard
        await someone.tab_to("Skip to content")
        await keyboard.press("Enter")
        await someone.tab_to("Sign up")
        await keyboard.press("Enter")
        await someone.page.wait_for_url("**/sign-up")
        for label, text in (
            ("Organization", "Lantern Works"),
            ("E-mail address", person.email),
            ("Password", person.password),
        ):
            await someone.tab_to(label)
            await keyboard.type(text)
        await keyboard.press("Enter")
        await someone.page.wait_for_url("**/check-mail")
        await someone.tab_to("Open the outbox")
        await keyboard.press("Enter")
        await someone.page.wait_for_url("**/outbox")
        await someone.page.go_back()
        await confirm(someone, person)
        await someone.tab_to("Devices")
        await keyboard.press("Enter")
        await someone.page.wait_for_url("**/console/devices")
        await someone.tab_to("Sign out")
        await keyboard.press("Enter")
        await someone.page.wait_for_url(f"{server.url}/")
        assert someone.complaints == []


async def test_on_a_phone(chromium: Browser, server: RunningServer) -> None:
    """Every page fits a small screen and can be used with a thumb."""
    person = new_person()
    async with visitor(chromium, server, "phone", **PHONE) as someone:
        await someone.look("welcome")
        await someone.page.goto("/sign-up")
        await someone.look("sign-up")
        await sign_up(someone, person)
        await someone.look("check-mail")
        await confirm(someone, person)
        await someone.look("overview")
        for place in PLACES:
            await someone.follow(place)
            await someone.look(place.lower())
        await someone.press("Sign out")
        await someone.page.goto("/sign-in")
        await someone.look("sign-in")
        await someone.page.goto("/nowhere")
        await someone.look("not-found")


async def test_without_scripts(chromium: Browser, server: RunningServer) -> None:
    """A browser that runs no script does all the same things."""
    person = new_person()
    async with visitor(chromium, server, "plain", java_script_enabled=False) as someone:
        await sign_up(someone, person)
        await confirm(someone, person)
        assert await someone.heading() == "Lantern Works"
        await someone.follow("Audit")
        await someone.page.get_by_label("Outcome").select_option("refused")
        await someone.press("Filter")
        assert await someone.page.get_by_text("Nothing matches").is_visible()
        await someone.press("Sign out")
        assert someone.page.url == f"{server.url}/"


@pytest.mark.parametrize("path", ["//evil.example", "/\\evil.example", "/%09/x"])
async def test_a_forged_link_does_not_lead_away(
    chromium: Browser, server: RunningServer, path: str
) -> None:
    """Whatever a link to the sign-in page carries, the browser stays with us."""
    person = new_person()
    async with visitor(chromium, server, "forged") as someone:
        await sign_up(someone, person)
        await confirm(someone, person)
        await someone.press("Sign out")
        await someone.page.goto(f"/sign-in?next={path}")
        await someone.fill(email=person.email, password=person.password)
        await someone.press("Sign in")
        assert someone.page.url == f"{server.url}/console"
