"""Coming by GitHub, which is no OpenID Connect provider: number, address, each no."""

import secrets

import httpx
import pytest

from tests.conftest import Visit
from tests.people import new_person

from .github import Emails, GitHub, address
from .test_foreign import HTML, arrive, changed, is_in, leave


async def sign_in_there(
    browser: httpx.AsyncClient, github: GitHub, login: str = ""
) -> str:
    """Go there and sign in, or cancel; return where the browser is sent back to."""
    return github.sign_in(await leave(browser, "github"), login)


async def test_somebody_new_signs_up_and_comes_again_by_another_name(
    visit: Visit, github: GitHub
) -> None:
    """Who it is says the number: login and address may change, and change hands."""
    login, person, number = secrets.token_hex(4), new_person(), secrets.randbits(40)
    other = address("other@example.invalid", primary=False)
    github.people[login] = (number, other + address(person.email))
    first = visit()
    location = await sign_in_there(first, github, login)
    answer = await arrive(first, location)
    assert answer.headers["location"] == "/sign-in/organization"
    form = {"organization": "Canary by GitHub"}
    await first.post("/sign-in/organization", data=form, headers=HTML)
    assert await is_in(first)
    github.people["renamed"] = (number, address(new_person().email))
    again, stranger = visit(), visit()
    location = await sign_in_there(again, github, "renamed")
    assert (await arrive(again, location)).headers["location"] == "/console"
    session = (await again.get("/api/v1/session")).json()
    assert session["email"] == person.email
    github.people[login] = (secrets.randbits(40), address(person.email))
    location = await sign_in_there(stranger, github, login)
    assert (await arrive(stranger, location)).status_code == httpx.codes.CONFLICT
    assert not await is_in(stranger)


@pytest.mark.parametrize(
    ("emails", "status"),
    [
        (address("a@example.invalid", verified=False), httpx.codes.FORBIDDEN),
        (address("a@example.invalid", primary=False), httpx.codes.UNAUTHORIZED),
        ([], httpx.codes.UNAUTHORIZED),
    ],
    ids=["unverified", "none-is-primary", "none"],
)
async def test_without_a_verified_primary_address_nobody_signs_up(
    browser: httpx.AsyncClient,
    github: GitHub,
    emails: Emails,
    status: int,
) -> None:
    """GitHub tells of each address whether it is the first, and verified."""
    login = secrets.token_hex(4)
    github.people[login] = (secrets.randbits(40), emails)
    location = await sign_in_there(browser, github, login)
    assert (await arrive(browser, location)).status_code == status


async def test_whoever_cancels_there_is_not_let_in(
    browser: httpx.AsyncClient, github: GitHub
) -> None:
    """Its own no, with the state."""
    location = await sign_in_there(browser, github)
    answer = await arrive(browser, location)
    assert answer.status_code == httpx.codes.UNAUTHORIZED
    assert "did not sign you in" in answer.text


async def test_a_code_of_another_way_is_refused(visit: Visit, github: GitHub) -> None:
    """Its code is bound to the PKCE verifier of the browser that went there."""
    login = secrets.token_hex(4)
    github.people[login] = (secrets.randbits(40), address(new_person().email))
    attacker, victim = visit(), visit()
    stolen = await sign_in_there(victim, github, login)
    own = await sign_in_there(attacker, github, login)
    code = dict(httpx.QueryParams(stolen.partition("?")[2]))["code"]
    answer = await arrive(attacker, changed(own, code=code))
    assert answer.status_code == httpx.codes.UNAUTHORIZED
    assert not await is_in(attacker)


async def test_a_wrong_secret_is_the_operators_to_mend(
    browser: httpx.AsyncClient,
    github: GitHub,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The person is told that the provider does not answer, and why."""
    login = secrets.token_hex(4)
    github.people[login] = (secrets.randbits(40), address(new_person().email))
    location = await sign_in_there(browser, github, login)
    monkeypatch.setattr(github, "client_secret", "replaced there meanwhile")
    answer = await arrive(browser, location)
    assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE
    assert "client ID and secret" in answer.text
