"""What was typed into a form that did nothing is there again, in a real browser."""

from playwright.async_api import Page

from strongroom.db import single_connection
from strongroom.lab import Browser
from tests.people import Person, new_person
from tests.running import RunningServer

from .test_newcomer import confirm, sign_up, visitor
from .test_second_factor import enrol, turn_on
from .visitor import Visitor


TICK = "input[name='audit.read']"
BACK = "Nothing was changed. What you typed is here again."

OF_THEM = "(select id from strongroom.accounts where email = $1)"
AGE = f"""
    update strongroom.sessions set factor_shown_at = now() - interval '1 day'
     where account_id = {OF_THEM}
"""
END = f"delete from strongroom.sessions where account_id = {OF_THEM}"

SEND_TOO_OFTEN = """async (form) => {
    const [method, body] = ["POST", new URLSearchParams({name: ""})];
    const one = () => fetch(form.action, {method, body});
    for (let more = true; more;) more = (await one()).status !== 429;
    form.requestSubmit();
}"""
"""At once, before the budget has grown by one."""


async def meanwhile(server: RunningServer, what: str, person: Person) -> None:
    """Let the person's second factor be of yesterday, or their session end."""
    async with single_connection(server.owner_url) as owner:
        await owner.execute(what, person.email)


async def kept_in(page: Page) -> str:
    """Return everything that the tab keeps."""
    found: str = await page.evaluate("JSON.stringify({...sessionStorage})")
    return found


async def describe_role(someone: Visitor, name: str) -> None:
    """Open the form of a new role, and fill it in."""
    await someone.page.goto("/console/roles/new")
    await someone.fill(name=name)
    await someone.page.locator(TICK).check()


async def require_described(someone: Visitor, name: str) -> None:
    """Find the form filled in as it was."""
    assert someone.page.url.endswith("/console/roles/new")
    assert await someone.page.get_by_text(BACK).is_visible()
    assert await someone.page.locator("input[name=name]").input_value() == name
    assert await someone.page.locator(TICK).is_checked()


async def test_a_form_that_came_too_late_is_there_again(
    chromium: Browser, server: RunningServer
) -> None:
    """After the second factor, and after signing in again; then it is sent, once."""
    person = new_person()
    async with visitor(chromium, server, "typed") as someone:
        await sign_up(someone, person)
        await confirm(someone, person)
        app = await enrol(someone, person.password)
        await turn_on(someone, app)
        await describe_role(someone, "night-watch")
        await meanwhile(server, AGE, person)
        await someone.press("Define the role")
        assert await someone.heading() == "Confirm that it is you"
        await someone.fill(code=await app.next_code())
        await someone.press("Confirm")
        await require_described(someone, "night-watch")
        await someone.look("typed")
        await meanwhile(server, END, person)
        await someone.press("Define the role")
        await someone.fill(email=person.email, password=person.password)
        await someone.press("Sign in")
        await someone.fill(code=await app.next_code())
        await someone.press("Sign in")
        await require_described(someone, "night-watch")
        assert person.password not in await kept_in(someone.page)
        await someone.press("Define the role")
        assert await someone.page.locator("#role-night-watch").is_visible()
        await someone.page.goto("/console/roles/new")
        assert await someone.page.get_by_text(BACK).count() == 0
        assert await someone.page.locator("input[name=name]").input_value() == ""
        assert await kept_in(someone.page) == "{}"


async def test_nothing_is_brought_back_to_somebody_else(
    chromium: Browser, server: RunningServer
) -> None:
    """Nor is a password kept, whoever looks at the tab's memory."""
    first, second = new_person(), new_person()
    async with visitor(chromium, server, "typed-other") as someone:
        await sign_up(someone, second)
        await confirm(someone, second)
        await someone.press("Sign out")
        await sign_up(someone, first)
        await confirm(someone, first)
        await someone.page.goto("/console/address")
        await someone.fill(email="next@example.invalid", password=first.password)
        await meanwhile(server, END, first)
        await someone.press("Mail the new address")
        assert "next@example.invalid" in await kept_in(someone.page)
        assert first.password not in await kept_in(someone.page)
        await someone.fill(email=second.email, password=second.password)
        await someone.press("Sign in")
        assert someone.page.url == f"{server.url}/console/address"
        assert await someone.page.locator("input[name=email]").input_value() == ""
        assert await kept_in(someone.page) == "{}"


async def test_a_form_that_came_too_often_is_there_again(
    chromium: Browser, server: RunningServer
) -> None:
    """After the page that says to wait."""
    person = new_person()
    async with visitor(chromium, server, "typed-often") as someone:
        await sign_up(someone, person)
        await confirm(someone, person)
        await someone.page.goto("/console/audit?outcome=done")
        await someone.page.locator("#name").fill("What was done")
        form = someone.page.locator("form[action='/console/audit/views']")
        async with someone.page.expect_navigation():
            await form.evaluate(SEND_TOO_OFTEN)
        assert (await someone.heading()).startswith("Too many attempts.")
        assert BACK not in await someone.page.locator("main").inner_text()
        await someone.page.goto("/console/audit?outcome=done")
        assert await someone.page.get_by_text(BACK).is_visible()
        assert await someone.page.locator("#name").input_value() == "What was done"
        await someone.look("typed-often")
