"""A provider of somebody else's make, on a site of its own, in a real browser."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from strongroom.cli.failures import EXIT_CODE
from strongroom.lab import Browser, Unprovable, find_chromium
from tests.oauth.foreign import Foreign, street
from tests.people import Person, new_person
from tests.running import RunningServer, quiet_profile

from .test_newcomer import PHONE, confirm, sign_up, visitor
from .test_second_factor import enrol, turn_on
from .visitor import Visitor


NAMED = """
[egress]
listed = ["127.0.0.0/8"]

[oauth]
authority = "{authority}"

[oauth.providers.work]
kind = "oidc"
title = "Work"
issuer = "{issuer}"
client_id = "{client_id}"
"""
SECRET = "STRONGROOM_OAUTH_SECRET_WORK"


@dataclass(frozen=True)
class Pair:
    """A server, and the provider that its operator named."""

    server: RunningServer
    foreign: Foreign


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Lend a server whose provider's secret is in the environment of ``up`` alone."""
    folder = tmp_path_factory.mktemp("with-provider")
    profile, given = quiet_profile(folder / "quiet"), dict[str, str]()
    server = RunningServer(folder / "data", profile, given)
    with street(server.data, "127.0.0.1") as place:
        back = f"{server.url}/sign-in/with/work/return"
        foreign = place.open(back, "client_secret_basic")
        name(Path(profile), foreign, place.authority)
        given[SECRET] = foreign.client_secret
        server.start()
        try:
            yield Pair(server, foreign)
        finally:
            server.stop()


def name(profile: Path, foreign: Foreign, authority: Path) -> None:
    """Write the provider into the profile, as an operator does."""
    words = NAMED.format(
        authority=authority, issuer=foreign.url, client_id=foreign.client_id
    )
    with (profile / "strongroom.toml").open("a", encoding="utf-8") as file:
        file.write(words)


@pytest.fixture(scope="module")
async def chromium(pair: Pair) -> AsyncIterator[Browser]:
    """Lend a browser; where there is none, these tests say so and are not run."""
    try:
        find_chromium()
    except Unprovable as reason:
        pytest.skip(str(reason))
    browser = Browser(pair.server.authority)
    yield browser
    await browser.close()


async def sign_in_there(someone: Visitor, subject: str) -> None:
    """Fill the provider's own form in, and be sent back."""
    await someone.page.locator("input[name=sub]").fill(subject)
    await someone.page.get_by_role("button", name="Authorize").click()


async def dress(someone: Visitor) -> None:
    """Answer the provider's style sheet, which lies at a third place, with nothing."""

    async def answer(route: Any) -> None:
        await route.fulfill(status=200, content_type="text/css", body="")

    await someone.page.route("https://cdn.jsdelivr.net/**", answer)


async def go(someone: Visitor, pair: Pair, subject: str) -> None:
    """Go to the provider from the sign-in page, and sign in there."""
    await someone.page.goto("/sign-in")
    await someone.press("Continue with Work")
    await someone.page.wait_for_url(f"{pair.foreign.url}/**")
    await sign_in_there(someone, subject)


async def connect(someone: Visitor, pair: Pair, person: Person) -> None:
    """Connect the provider, after the password, and come back to the list."""
    await someone.page.goto("/console/sign-in-methods")
    await someone.look("methods-none")
    await someone.fill(password="not mine at all")
    await someone.press("Connect Work")
    await someone.look("methods-refused")
    await someone.fill(password=person.password)
    await someone.press("Connect Work")
    await someone.page.wait_for_url(f"{pair.foreign.url}/**")
    await sign_in_there(someone, person.email)
    await someone.page.get_by_text("It is connected").wait_for()
    await someone.look("methods-connected")


BOTH = pytest.mark.parametrize(
    ("name", "options"),
    [("provider", {}), ("provider-phone", PHONE)],
    ids=["desk", "phone"],
)


@BOTH
async def test_somebody_new_comes_by_the_provider(
    chromium: Browser, pair: Pair, name: str, options: dict[str, Any]
) -> None:
    """Change one's mind there; then go, name an organization, and come again."""
    person = new_person()
    pair.foreign.know(person.email, person.email)
    async with visitor(chromium, pair.server, name, **options) as someone:
        await dress(someone)
        await someone.page.goto("/sign-in")
        await someone.look("sign-in")
        await someone.press("Continue with Work")
        await someone.page.wait_for_url(f"{pair.foreign.url}/**")
        await someone.page.get_by_role("button", name="Deny").click()
        await someone.page.get_by_text("did not sign you in").wait_for()
        await someone.look("denied")
        await go(someone, pair, person.email)
        await someone.page.wait_for_url("**/sign-in/organization")
        await someone.look("organization")
        await someone.fill(organization="Lantern Works")
        await someone.press("Create it")
        assert await someone.heading() == "Lantern Works"
        await someone.press("Sign out")
        await go(someone, pair, person.email)
        await someone.page.wait_for_url("**/console")


@BOTH
async def test_an_account_connects_the_provider_and_takes_it_away(
    chromium: Browser, pair: Pair, name: str, options: dict[str, Any]
) -> None:
    """With a second factor, which is asked for after the provider too."""
    person = new_person()
    pair.foreign.know(person.email, person.email)
    async with visitor(chromium, pair.server, name, **options) as someone:
        await dress(someone)
        await sign_up(someone, person)
        await confirm(someone, person)
        app = await enrol(someone, person.password)
        await turn_on(someone, app)
        await connect(someone, pair, person)
        await someone.press("Sign out")
        await go(someone, pair, person.email)
        await someone.page.wait_for_url("**/sign-in/second-factor")
        await someone.look("second-factor")
        await someone.fill(code=await app.next_code())
        await someone.press("Sign in")
        await someone.page.wait_for_url("**/console")
        await someone.page.goto("/console/sign-in-methods")
        await someone.fill(password=person.password)
        await someone.press("Disconnect")
        await someone.page.get_by_text("It is disconnected").wait_for()
        await someone.look("methods-disconnected")


def test_only_the_server_needs_the_secret(pair: Pair, tmp_path: Path) -> None:
    """A command works without it; a start without it says in one line what to set."""
    assert pair.server.run("outbox", "--json").returncode == 0
    profile = str(pair.server.data.parent / "quiet")
    elsewhere = RunningServer(tmp_path / "data", profile, {})
    refused = elsewhere.run("up", "--profile", profile)
    assert refused.returncode == EXIT_CODE
    assert f"[oauth] providers.work has no secret: set {SECRET}" in refused.stderr
