"""What programs send is read strictly, and what is wrong with it is told by name."""

import httpx
import pytest

from strongroom.room import Strongroom
from strongroom.web import why_unusable
from tests.people import found_organization


SESSIONS, LOGS = "/api/v1/sessions", "/api/v1/audit-logs"
JSON = {"content-type": "application/json"}
SECRET = "a very secret passphrase indeed"


def fields_of(answer: httpx.Response) -> dict[str, str]:
    """Return what an answer says of each field; it repeats no value."""
    assert answer.status_code == 422, answer.text
    assert answer.json()["type"] == "/problems/invalid"
    assert SECRET not in answer.text
    found: dict[str, str] = answer.json()["fields"]
    return found


async def test_every_missing_and_every_unknown_field_is_named(
    app: httpx.AsyncClient,
) -> None:
    """All at once, so that nobody has to ask again for each."""
    answer = await app.post(SESSIONS, json={"passphrase": SECRET, "role": SECRET})
    assert fields_of(answer) == {
        "passphrase": "Nobody asks for this.",
        "role": "Nobody asks for this.",
        "email": "This is missing.",
        "password": "This is missing.",
    }


@pytest.mark.parametrize(
    ("body", "twice"),
    [
        ('{"email": "a@example.invalid", "email": "b@example.invalid"}', "email"),
        ('{"email": "a", "password": "b", "more": {"deep": 1, "deep": 2}}', "deep"),
        (r'{"email": "a", "em\u0061il": "b"}', "email"),
    ],
)
async def test_a_name_that_stands_twice_is_refused(
    app: httpx.AsyncClient, body: str, twice: str
) -> None:
    """Which of the two counts would be for each reader to choose (RFC 8259 §4)."""
    answer = await app.post(SESSIONS, content=body, headers=JSON)
    assert fields_of(answer) == {twice: "This is given twice."}


@pytest.mark.parametrize("name", ['"a"', '"a%d"'])
async def test_a_flood_of_names_is_refused_in_no_time(
    app: httpx.AsyncClient, name: str
) -> None:
    """The same one or others, as many as a body holds: a few are told."""
    pairs = ",".join(
        f"{name % number if '%' in name else name}:0" for number in range(50_000)
    )
    answer = await app.post(SESSIONS, content=f"{{{pairs}}}", headers=JSON)
    assert 1 <= len(fields_of(answer)) <= 22


async def test_an_endless_number_is_no_fault_of_ours(app: httpx.AsyncClient) -> None:
    """Python reads no number of so many digits (CVE-2020-10735)."""
    body = f'{{"email": "a", "password": {"1" * 100_000}}}'
    answer = await app.post(SESSIONS, content=body, headers=JSON)
    assert answer.status_code in {400, 422}


async def test_what_is_no_name_is_not_repeated(app: httpx.AsyncClient) -> None:
    """Somebody may have sent a secret in its place."""
    answer = await app.post(SESSIONS, json={SECRET: 1, "email": "", "password": ""})
    assert fields_of(answer) == {"…": "Nobody asks for this."}


async def test_a_wrong_type_is_told_as_the_right_one(app: httpx.AsyncClient) -> None:
    """In the words of JSON."""
    answer = await app.post(SESSIONS, json={"email": 1, "password": SECRET})
    assert fields_of(answer) == {"email": "This must be text."}


async def test_a_body_that_is_not_there_is_missing(app: httpx.AsyncClient) -> None:
    """Rather than read as an empty one."""
    answer = await app.post(SESSIONS, content=b"", headers=JSON)
    assert fields_of(answer) == {"body": "This is missing."}


@pytest.mark.parametrize("body", [b"null", b"[]", b'"text"'])
async def test_what_is_no_object_is_refused(
    app: httpx.AsyncClient, body: bytes
) -> None:
    """Whatever else it is, it is no body of this operation."""
    answer = await app.post(SESSIONS, content=body, headers=JSON)
    assert fields_of(answer) == {"body": "This must be an object."}


@pytest.mark.parametrize("body", [b"{", b'{"email"', b"\xff", b"NaN"])
async def test_what_is_no_json_is_malformed(
    app: httpx.AsyncClient, body: bytes
) -> None:
    """Nothing can be said of fields that cannot be read."""
    answer = await app.post(SESSIONS, content=body, headers=JSON)
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed")


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("acton=member.invite", {"acton": "Nobody asks for this."}),
        ("limit=1&limit=2", {"limit": "This is given twice."}),
        ("limit=0", {"limit": "This must be at least 1."}),
        ("limit=201", {"limit": "This must be at most 200."}),
        ("limit=many", {"limit": "This must be a whole number."}),
        ("since=yesterday", {"since": "This is no time as RFC 3339 writes it."}),
        ("a+very=secret", {"…": "Nobody asks for this."}),
    ],
)
async def test_a_parameter_is_known_and_given_once(
    room: Strongroom, app: httpx.AsyncClient, query: str, fields: dict[str, str]
) -> None:
    """A misspelt filter would show everything."""
    await found_organization(room, app)
    assert fields_of(await app.get(f"{LOGS}?{query}")) == fields


async def test_parameters_of_the_list_are_known(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """Each that the description names, together."""
    await found_organization(room, app)
    query = "limit=1&action=&outcome=&actor=&target=&since=2026-01-01T00:00:00Z"
    assert (await app.get(f"{LOGS}?{query}")).status_code == 200


async def test_a_page_takes_what_others_add_to_a_link(app: httpx.AsyncClient) -> None:
    """Such as where its reader came from."""
    answer = await app.get("/security?utm_source=mail&utm_source=mail")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "message", ["Invalid enum value 'secret'", "Expected `secret`, got `str`!", ""]
)
def test_a_message_that_may_quote_is_not_passed_on(message: str) -> None:
    """Only those of a known form are told."""
    assert why_unusable(message) == "This cannot be used."
