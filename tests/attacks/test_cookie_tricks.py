"""A sibling site plants a cookie that looks like ours.

Two cookies of one name, names that differ in case, and values in odd clothes make
two readers of one header disagree. Here whatever is ambiguous is refused, and
whatever is not exactly ours is not read.
"""

from http.cookies import SimpleCookie

import httpx
import pytest

from strongroom.limits import DEVICE_COOKIE
from strongroom.room import Strongroom
from strongroom.sessions import COOKIE
from tests.conftest import Visit
from tests.people import Person, found_organization, sign_in


PLANTED = "planted-0123456789abcdefghijklmnopqrstuvwxyz"


@pytest.fixture
async def person(room: Strongroom, visit: Visit) -> Person:
    """Return somebody with an account."""
    return await found_organization(room, visit())


@pytest.fixture
async def token(visit: Visit, person: Person) -> str:
    """Return the token of that person's living session."""
    device = visit()
    await sign_in(device, person)
    return device.cookies[COOKIE]


async def asked(visit: Visit, *cookies: str) -> httpx.Response:
    """Ask who is signed in with Cookie headers as they stand."""
    headers = [("cookie", cookie) for cookie in cookies]
    return await visit().get("/api/v1/session", headers=headers)


async def test_the_right_cookie_is_read(visit: Visit, token: str) -> None:
    """Alone, among others, and in a second header, as HTTP/2 sends them."""
    for cookies in (
        (f"{COOKIE}={token}",),
        (f"a=b; {COOKIE}={token}; c=d",),
        ("a=b", f"{COOKIE}={token}"),
        (f"session=x; {COOKIE}={token}",),
    ):
        assert (await asked(visit, *cookies)).status_code == 200, cookies


@pytest.mark.parametrize("same", [True, False], ids=["one value twice", "two values"])
async def test_two_of_one_name_are_refused(
    visit: Visit, token: str, *, same: bool
) -> None:
    """In one header or in two, in either order; nobody is signed in by a guess."""
    ours, other = f"{COOKIE}={token}", f"{COOKIE}={token if same else PLANTED}"
    for cookies in (
        (f"{ours}; {other}",),
        (f"{other}; {ours}",),
        (ours, other),
        (other, ours),
        (f"{ours};{other}",),
    ):
        answer = await asked(visit, *cookies)
        assert (answer.status_code, answer.json()["type"]) == (
            400,
            "/problems/ambiguous-session",
        )


@pytest.mark.parametrize(
    "name",
    [
        "__host-session",
        "__HOST-session",
        "__Host-Session",
        "__Secure-session",
        "__Http-session",
        "session",
        "Host-session",
        "x__Host-session",
        "__Host-session2",
        "__Host-sessio",
        "__Host-session ",
        "$__Host-session",
        "__Host\u2010session",
        "%5F%5FHost-session",
    ],
)
async def test_a_look_alike_name_is_not_read(
    visit: Visit, token: str, name: str
) -> None:
    """Browsers guard one spelling of the prefix, and that one alone is ours."""
    cookie = f"{name}={token}".encode()
    answer = await visit().get("/api/v1/session", headers=[(b"cookie", cookie)])
    assert answer.status_code == 401
    both = f"{name}={PLANTED}; {COOKIE}={token}".encode()
    answer = await visit().get("/api/v1/session", headers=[(b"cookie", both)])
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "dress",
    [
        '"{}"',
        "{} ",
        " {}",
        "{}\t",
        "{}x",
        "x{}",
        "{}=",
        "{},{}",
        "%22{}%22",
        "Bearer {}",
    ],
)
async def test_a_value_in_other_clothes_is_another_value(
    visit: Visit, token: str, dress: str
) -> None:
    """Nothing is trimmed, unquoted or decoded, so no two texts are one token."""
    answer = await asked(visit, f"{COOKIE}={dress.replace('{}', token)}")
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "value",
    ["", "0", "null", "true", "*", "'", "--", "a" * 8_000, "\xff\xfe", "%00", "../.."],
    ids=ascii,
)
async def test_a_made_up_value_is_nobody(visit: Visit, value: str) -> None:
    """Whatever it is, nobody is signed in, and nothing breaks."""
    cookie = f"{COOKIE}={value}".encode("latin-1")
    answer = await visit().get("/api/v1/session", headers=[(b"cookie", cookie)])
    assert answer.status_code == 401


async def test_a_token_elsewhere_is_not_read(visit: Visit, token: str) -> None:
    """Not in the address, not in another header, not in a body."""
    for sent in (
        {"params": {"session": token, COOKIE: token}},
        {"headers": {"authorization": f"Bearer {token}"}},
        {"headers": {"x-session": token, "x-auth-token": token, "set-cookie": token}},
    ):
        answer = await visit().request("GET", "/api/v1/session", **sent)  # type: ignore[arg-type]
        assert answer.status_code == 401, sent


async def test_the_cookie_is_set_as_the_prefix_demands(
    visit: Visit, person: Person
) -> None:
    """Secure, for the whole host and no other, out of scripts' reach (RFC 6265bis)."""
    credentials = {"email": person.email, "password": person.password}
    answer = await visit().post("/api/v1/sessions", json=credentials)
    parsed: SimpleCookie = SimpleCookie()
    for line in answer.headers.get_list("set-cookie"):
        parsed.load(line)
    given = {name: each for name, each in parsed.items() if each["max-age"] != "0"}
    assert set(given) == {COOKIE, DEVICE_COOKIE}
    for morsel in given.values():
        assert (morsel["path"], morsel["domain"]) == ("/", "")
        assert (morsel["secure"], morsel["httponly"]) == (True, True)
        assert morsel["samesite"].lower() == "lax"
        assert morsel["expires"] or morsel["max-age"]
