"""The answer tells who has an account.

Another status, another text or another time for a known address lets anybody make a
list of customers. Here known and unknown are answered alike; the times are measured
and shown, and not judged, because a busy machine would judge for us.
"""

import sys
import time
from collections.abc import Awaitable, Callable
from statistics import quantiles

import httpx
import pytest

from strongroom.room import Strongroom
from tests.conftest import Visit
from tests.people import Person, found_organization, new_person


PAIRS = 60
WRONG = "eleven loud trumpets on the hill"

Attempt = Callable[[str], Awaitable[httpx.Response]]


@pytest.fixture
async def known(room: Strongroom, visit: Visit) -> Person:
    """Return somebody with an account."""
    return await found_organization(room, visit())


def told(answer: httpx.Response) -> tuple[int, str, list[str]]:
    """Return everything that an answer tells, less what is unique to the request."""
    unique = answer.headers["x-request-id"]
    headers = sorted(
        f"{name}: {value.replace(unique, '')}"
        for name, value in answer.headers.items()
        # Each attempt is one more from this address, whomever it names.
        if name not in {"content-length", "content-security-policy", "ratelimit"}
    )
    return answer.status_code, answer.text.replace(unique, ""), headers


def attempts(visit: Visit) -> dict[str, Attempt]:
    """Return every way in which a stranger can name an address."""

    async def sign_in(email: str) -> httpx.Response:
        form = {"email": email, "password": WRONG}
        return await visit().post("/api/v1/sessions", json=form)

    async def sign_up(email: str) -> httpx.Response:
        form = {"email": email, "password": WRONG, "organization": "Canary Works"}
        return await visit().post("/api/v1/accounts", json=form)

    async def forget(email: str) -> httpx.Response:
        return await visit().post("/api/v1/password-resets", json={"email": email})

    return {"signing in": sign_in, "signing up": sign_up, "forgetting": forget}


@pytest.mark.parametrize("way", ["signing in", "signing up", "forgetting"])
async def test_known_and_unknown_are_answered_alike(
    visit: Visit, known: Person, way: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Status, headers and text are the same; the medians of the times are printed."""
    attempt = attempts(visit)[way]
    seconds: dict[str, list[float]] = {"known": [], "unknown": []}
    for _ in range(PAIRS):
        answers = {}
        for who, email in (("known", known.email), ("unknown", new_person().email)):
            began = time.perf_counter()
            answers[who] = await attempt(email)
            seconds[who].append(time.perf_counter() - began)
        assert told(answers["known"]) == told(answers["unknown"])
    with capsys.disabled():
        sys.stdout.writelines(
            times(way, who, values) for who, values in seconds.items()
        )


def times(way: str, who: str, seconds: list[float]) -> str:
    """Return the median and the middle half of *seconds* in a line."""
    low, middle, high = (each * 1000 for each in quantiles(seconds, n=4))
    return (
        f"\n{way}, {who} address: {middle:.1f} ms"
        f" (middle half {low:.1f} to {high:.1f}, n={len(seconds)})"
    )


@pytest.mark.parametrize("path", ["/sign-in", "/sign-up"])
async def test_forms_tell_no_more(visit: Visit, known: Person, path: str) -> None:
    """The page that follows is the same for both, but for what was typed."""
    unknown = new_person()
    seen = []
    for email in (known.email, unknown.email):
        person = visit(accept="text/html", **{"sec-fetch-site": "same-origin"})
        form = {"email": email, "password": WRONG}
        if path == "/sign-up":
            form["organization"] = "Canary Works"
        answer = await person.post(path, data=form)
        status, text, _ = told(answer)
        location = answer.headers.get("location")
        seen.append((status, plain(text, email), location))
    assert seen[0] == seen[1]


def plain(text: str, email: str) -> str:
    """Return a page without the address that was typed, and without its nonce."""
    parts = text.replace(email, "").split('nonce="')
    return parts[0] + "".join(part.partition('"')[2] for part in parts[1:])


async def test_a_disabled_account_looks_like_none(
    room: Strongroom, visit: Visit, known: Person
) -> None:
    """Even with the right password, nobody learns that the address is known."""
    account = await room.accounts.find(known.email)
    assert account is not None
    async with room.db.system(reason="disable an account in a test") as tx:
        await room.accounts.disable(tx, account.id)
    answers = []
    for email in (known.email, new_person().email):
        form = {"email": email, "password": known.password}
        answers.append(await visit().post("/api/v1/sessions", json=form))
    assert told(answers[0]) == told(answers[1])
