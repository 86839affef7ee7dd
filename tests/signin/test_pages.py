"""Signing up, in and out for people."""

import re
from html import escape, unescape

import httpx
import pytest

from strongroom.room import Strongroom
from tests.conftest import Visit
from tests.people import (
    PASSWORD,
    Person,
    found_organization,
    latest_mail,
    mailed_token,
    new_person,
    organization_of,
    sign_in,
)
from tests.records import recorded


OTHER = "eleven loud trumpets on the hill"

OWN = (
    "/console",
    "/console/devices",
    "/console/audit?action=session.create&outcome=refused",
    "/console/audit?cursor=01a20807-844c-759e-b733-f092483d43f3",
    "/security/edge.hsts",
    "/a?b=%2F",
)

LOOK_ALIKES = (
    "",
    "console",
    "//evil.example",
    "///evil.example",
    "//evil.example/console",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/console\\..\\evil",
    "https://evil.example",
    "https:evil.example",
    "https:/evil.example",
    "HTTPS://evil.example/console",
    "https://strongroom.test/console",
    "https://strongroom.test@evil.example",
    "https://strongroom.test.evil.example",
    "//strongroom.test/console",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "mailto:a@b.example",
    "/console//evil.example",
    "/console/",
    "/",
    "/./evil",
    "/../evil",
    "/.//evil.example",
    "/console/..//evil.example",
    "/%2fevil.example",
    "/%5cevil.example",
    "/%09/evil.example",
    "/console%00",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " /console",
    "/console ",
    "/console\r\nset-cookie: a=b",
    "/@evil.example",
    "/console;evil",
    "/console#//evil.example",
    "/console?next=//evil.example",
    "/console?a=b#c",
    "/console?\\",
    "/c\u043ensole",
    "/\uff0fevil.example",
    "/\u2215evil.example",
    "?//evil.example",
    "#//evil.example",
    ".//evil.example",
    "@evil.example",
    "[::1]/console",
    "/" + "a" * 2_001,
)


def wanted(person: Person, **changed: str) -> dict[str, str]:
    """Return the form that *person* sends to sign up."""
    identity = {"email": person.email, "password": person.password}
    return identity | {"organization": "Canary Works"} | changed


async def test_a_stranger_is_welcomed_and_a_member_goes_on(
    room: Strongroom, browser: httpx.AsyncClient
) -> None:
    """The start greets whoever is not signed in, and leads the others inside."""
    answer = await browser.get("/")
    assert answer.status_code == 200
    assert 'href="/sign-up"' in answer.text
    await found_organization(room, browser)
    inside = await browser.get("/")
    assert (inside.status_code, inside.headers["location"]) == (303, "/console")


async def test_pages_carry_their_own_nonce(browser: httpx.AsyncClient) -> None:
    """The script of a page has the nonce of the policy that came with it, once."""
    first, second = [await browser.get("/sign-in") for _ in range(2)]
    nonces = [re.findall(r'nonce="([^"]+)"', page.text)[0] for page in (first, second)]
    assert len(set(nonces)) == 2
    assert f"'nonce-{nonces[0]}'" in first.headers["content-security-policy"]
    assert first.headers["cache-control"] == "no-store"


async def test_the_api_description_leaves_pages_out(app: httpx.AsyncClient) -> None:
    """Programs are not offered the forms of people."""
    paths = (await app.get("/api/openapi.json")).json()["paths"]
    assert "/api/v1/sessions" in paths
    assert not {"/", "/sign-in", "/console", "/verify"} & set(paths)


async def test_signing_up_leads_to_the_mail(
    room: Strongroom, browser: httpx.AsyncClient
) -> None:
    """A sign-up redirects, so a reload repeats nothing; its address is in no URL."""
    form = await browser.get("/sign-up")
    assert 'minlength="15"' in form.text
    person = new_person()
    answer = await browser.post("/sign-up", data=wanted(person))
    assert (answer.status_code, answer.headers["location"]) == (303, "/check-mail")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-written-to=")
    said = set(cookie.lower().split("; ")[1:])
    assert said == {"secure", "httponly", "path=/", "samesite=lax", "max-age=600"}
    assert person.email in (await browser.get("/check-mail")).text
    assert await mailed_token(room, person.email)
    assert await recorded(room, answer) == [("account.sign-up", "done", None)]


async def test_the_mail_page_without_a_sign_up(browser: httpx.AsyncClient) -> None:
    """Nobody is told to await a mail that was not written."""
    assert (await browser.get("/check-mail")).headers["location"] == "/sign-up"


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"email": "no <address>"}, "email-invalid", "email"),
        ({"organization": " "}, "name-invalid", "organization"),
        ({"password": "short"}, "password-refused", "password"),
    ],
)
async def test_a_refused_sign_up_is_shown_again(
    room: Strongroom,
    browser: httpx.AsyncClient,
    changed: dict[str, str],
    code: str,
    field: str,
) -> None:
    """Reasons stand beside their fields; all is kept but the password; one entry."""
    form = wanted(new_person(), **changed)
    answer = await browser.post("/sign-up", data=form)
    assert answer.status_code == 422
    assert f'id="{field}-wrong"' in answer.text
    assert f'value="{escape(form["email"])}"' in answer.text
    assert form["password"] not in answer.text
    assert await recorded(room, answer) == [("account.sign-up", "refused", code)]


async def test_an_endless_field_is_not_shown_again(browser: httpx.AsyncClient) -> None:
    """What no person types is refused by the field's name, without its content."""
    form = wanted(new_person(), organization="x" * 9_000)
    answer = await browser.post("/sign-up", data=form)
    assert answer.status_code == 422
    assert "<dt>organization</dt>" in answer.text
    assert "xxx" not in answer.text


async def test_opening_the_link_uses_nothing_up(
    room: Strongroom, browser: httpx.AsyncClient
) -> None:
    """Mail scanners may open it as often as they like; the password confirms."""
    person = new_person()
    await browser.post("/sign-up", data=wanted(person))
    token = await mailed_token(room, person.email)
    pages = [await browser.get(f"/verify?token={token}") for _ in range(12)]
    page = pages[-1]
    assert f'value="{token}"' in page.text
    assert '<meta name="referrer" content="no-referrer">' in page.text
    proof = {"token": token, "password": person.password}
    answer = await browser.post("/verify", data=proof)
    assert (answer.status_code, answer.headers["location"]) == (303, "/console")
    assert answer.headers["set-cookie"].startswith("__Host-session=")
    assert "Canary Works" in (await browser.get("/console")).text


async def test_a_wrong_password_does_not_confirm(
    room: Strongroom, browser: httpx.AsyncClient
) -> None:
    """The link's page says so beside the field, and the link still works."""
    person = new_person()
    await browser.post("/sign-up", data=wanted(person))
    token = await mailed_token(room, person.email)
    wrong = {"token": token, "password": OTHER}
    answer = await browser.post("/verify", data=wrong)
    assert answer.status_code == 401
    assert 'id="password-wrong"' in answer.text
    assert f'value="{token}"' in answer.text
    assert OTHER not in answer.text
    assert await recorded(room, answer) == [
        ("account.verify", "refused", "wrong-password")
    ]
    right = {"token": token, "password": person.password}
    assert (await browser.post("/verify", data=right)).status_code == 303


async def test_a_spent_link_says_so(browser: httpx.AsyncClient) -> None:
    """A token that never was, or is used up, is one and the same."""
    form = {"token": '"><script>', "password": PASSWORD}
    answer = await browser.post("/verify", data=form)
    assert answer.status_code == 410
    assert "This link was used or has expired." in answer.text
    assert '"><script>' not in answer.text


async def test_wrong_credentials_are_shown_and_recorded_once(
    room: Strongroom, browser: httpx.AsyncClient, visit: Visit
) -> None:
    """The address is kept, the password is not, and there is exactly one entry."""
    person = await found_organization(room, visit())
    form = {"email": person.email, "password": OTHER, "next": "/console/audit"}
    answer = await browser.post("/sign-in", data=form)
    assert answer.status_code == 401
    assert "do not match" in answer.text
    assert f'value="{person.email}"' in answer.text
    assert 'name="next" value="/console/audit"' in answer.text
    assert OTHER not in answer.text
    assert "set-cookie" not in answer.headers
    assert await recorded(room, answer) == [
        ("session.create", "refused", "wrong-credentials")
    ]


async def test_a_stranger_signs_in_and_comes_back(
    room: Strongroom, browser: httpx.AsyncClient, visit: Visit
) -> None:
    """A console page sends a stranger to sign in, and then shows itself."""
    person = await found_organization(room, visit())
    page = "/console/audit?outcome=refused"
    sent = await browser.get(page)
    assert sent.status_code == 303
    form = await browser.get(sent.headers["location"])
    back = unescape(re.findall(r'name="next" value="([^"]+)"', form.text)[0])
    credentials = {"email": person.email, "password": person.password, "next": back}
    answer = await browser.post("/sign-in", data=credentials)
    assert (answer.status_code, answer.headers["location"]) == (303, page)
    assert (await browser.get(page)).status_code == 200


async def test_a_strangers_write_is_not_repeated(
    room: Strongroom, browser: httpx.AsyncClient
) -> None:
    """A lost write leads to signing in and nowhere further; it is on record."""
    answer = await browser.post("/console/password", data={"current": "", "new": ""})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert await recorded(room, answer) == [
        ("password.change", "refused", "unauthenticated")
    ]


async def test_a_program_is_refused_and_not_led(app: httpx.AsyncClient) -> None:
    """Without a wish for HTML, the console answers with a problem."""
    answer = await app.get("/console")
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


async def test_only_own_paths_are_come_back_to(
    room: Strongroom, browser: httpx.AsyncClient
) -> None:
    """What is no plain path of ours leads to the console instead, whatever it is."""
    await found_organization(room, browser)
    for path in OWN:
        answer = await browser.get("/sign-in", params={"next": path})
        assert answer.headers["location"] == path
    for path in LOOK_ALIKES:
        answer = await browser.get("/sign-in", params={"next": path})
        assert answer.headers.get("location", "none") in {"/console", "none"}, path


@pytest.mark.parametrize("path", ["//evil.example", "/\\evil.example", "/%09/x", ""])
async def test_a_forged_form_does_not_lead_away(
    room: Strongroom, browser: httpx.AsyncClient, visit: Visit, path: str
) -> None:
    """The form's own field is checked as well: whoever is signed in stays here."""
    person = await found_organization(room, visit())
    credentials = {"email": person.email, "password": person.password, "next": path}
    answer = await browser.post("/sign-in", data=credentials)
    assert (answer.status_code, answer.headers["location"]) == (303, "/console")


@pytest.mark.parametrize(
    "content", ["email=a&email=b&password=c", "email=a&password=b&admin=1"]
)
async def test_a_form_with_strange_fields_is_refused(
    room: Strongroom, browser: httpx.AsyncClient, content: str
) -> None:
    """A field that comes twice, or was not asked for, refuses the whole form."""
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = await browser.post("/sign-in", content=content, headers=headers)
    assert answer.status_code == 422
    assert await recorded(room, answer) == [("session.create", "refused", "invalid")]


async def test_a_file_in_a_form_is_refused(browser: httpx.AsyncClient) -> None:
    """No form of ours takes files."""
    files = {"email": ("a.txt", b"x")}
    answer = await browser.post("/sign-in", data={"password": "b"}, files=files)
    assert answer.status_code == 422


async def test_changing_the_password_on_the_page(
    room: Strongroom, browser: httpx.AsyncClient, visit: Visit
) -> None:
    """The page says that it is done; the other devices are out."""
    person = await found_organization(room, browser)
    other = visit()
    await sign_in(other, person)
    form = {"current": person.password, "new": OTHER}
    answer = await browser.post("/console/password", data=form)
    assert answer.status_code == 303
    page = await browser.get(answer.headers["location"])
    assert "Your password is changed." in page.text
    assert (await other.get("/api/v1/session")).status_code == 401


async def test_a_changed_password_tells_of_the_keys_that_go_on(
    room: Strongroom, browser: httpx.AsyncClient, visit: Visit
) -> None:
    """Page and mail count the living ones, and lead to them; without any, neither."""
    person = await found_organization(room, browser)
    key = {"name": "robot", "scopes": ["organization.read"], "days": 1}
    assert "on working" not in (await browser.get("/console/password")).text
    made = [(await browser.post("/api/v1/api-keys", json=key)).json() for _ in range(3)]
    await browser.delete(f"/api/v1/api-keys/{made[0]['id']}")
    page = await browser.get("/console/password")
    assert "2 API keys of yours go on working" in page.text
    assert 'under <a href="/console/api-keys">' in page.text
    form = {"current": person.password, "new": OTHER}
    assert (await browser.post("/console/password", data=form)).status_code == 303
    mail = await latest_mail(room, person.email)
    assert "2 API keys of yours go on working" in mail
    assert "https://strongroom.test/console/api-keys" in mail
    where = str(await organization_of(browser))
    robot = visit(
        authorization=f"Bearer {made[1]['key']}", **{"x-organization-id": where}
    )
    assert (await robot.get(f"/api/v1/organizations/{where}")).is_success


@pytest.mark.parametrize(
    ("current", "new", "status", "field", "code"),
    [
        (OTHER, OTHER, 401, "current", "wrong-password"),
        (PASSWORD, "short", 422, "new", "password-refused"),
    ],
)
async def test_a_refused_change_says_which_password(
    room: Strongroom,
    browser: httpx.AsyncClient,
    *,
    current: str,
    new: str,
    status: int,
    field: str,
    code: str,
) -> None:
    """The reason stands beside the password that it is about; neither comes back."""
    await found_organization(room, browser)
    form = {"current": current, "new": new}
    answer = await browser.post("/console/password", data=form)
    assert answer.status_code == status
    assert f'id="{field}-wrong"' in answer.text
    assert current not in answer.text
    assert f'value="{new}"' not in answer.text
    assert await recorded(room, answer) == [("password.change", "refused", code)]
