"""A NUL where text is expected makes the house stumble, and its alarms cry for nothing.

Postgres holds no NUL in a text, so a stranger's cookie or a path would end in an
answer that says that something broke on our side. Here each is an ordinary refusal.
"""

import re
from typing import Any

import httpx
import pytest

from strongroom.room import Strongroom
from tests.attacks.routes import Route
from tests.conftest import Visit
from tests.people import found_organization


NUL = "a%00b"
BODIES: dict[str, dict[str, Any]] = {
    "/api/v1/api-keys": {"name": "a\0b", "scopes": ["organization.read"]},
    "/api/v1/tokens": {"name": "a\0b", "scopes": ["organization.read"]},
    "/api/v1/privacy/requests": {"kind": "access", "words": "a\0b"},
    "/api/v1/invitations": {"email": "a@example.invalid", "role": "a\0b"},
}
COOKIES: list[tuple[str, str, str, dict[str, Any]]] = [
    ("second-factor", "POST", "/api/v1/sessions/second-factor", {"code": "123456"}),
    ("second-factor", "GET", "/sign-in/second-factor", {}),
    ("magic-link", "POST", "/api/v1/sessions/magic-link", {"code": "ABCDEFGH"}),
    ("passkey", "POST", "/api/v1/sessions/passkey", {"credential": {"id": "AAAA"}}),
    ("device", "POST", "/api/v1/sessions", {"email": "a@b.invalid", "password": "x"}),
    ("oauth", "GET", "/sign-in/with/canary/return?code=x&state=y", {}),
    ("oauth-sign-up", "POST", "/sign-in/organization", {"organization": "Canary"}),
]
"""Every cookie that is unquoted, and what reads it."""


def named_by_text(routes: list[Route]) -> list[Route]:
    """Return the routes whose path holds a text of the visitor's."""
    return [each for each in routes if re.search(r":(str|path)}", each.path)]


async def test_no_path_breaks_anything(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit, *, routes: list[Route]
) -> None:
    """Each path that takes a text is asked with a NUL in it, as owner and stranger."""
    await found_organization(room, app)
    chosen = named_by_text(routes)
    assert len(chosen) > 5
    for route in chosen:
        path = re.sub(r"{[^}]+}", NUL, route.path)
        body = {"actions": ["member.read"]} if route.writes else None
        for asking in (app, visit()):
            answer = await asking.request(route.method, path, json=body)
            assert answer.status_code < 500, f"{route}: {answer.text}"


async def test_no_parameter_breaks_anything(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """Each read is asked with a NUL in every parameter that its description names."""
    await found_organization(room, app)
    paths = (await app.get("/api/openapi.json")).json()["paths"]
    asked = [
        (path, each["name"])
        for path, methods in paths.items()
        for each in methods.get("get", {}).get("parameters", ())
        if each["in"] == "query"
    ]
    assert len(asked) > 5
    for path, name in asked:
        answer = await app.get(path, params={name: "a\0b"})
        assert answer.status_code < 500, f"{path} {name}: {answer.text}"


@pytest.mark.parametrize("path", BODIES)
async def test_no_body_breaks_anything(
    room: Strongroom, app: httpx.AsyncClient, path: str
) -> None:
    """A text with a NUL in it is told to be unusable, and nothing is kept."""
    await found_organization(room, app)
    answer = await app.post(path, json=BODIES[path])
    assert answer.status_code in {400, 422}, answer.text


@pytest.mark.parametrize(("name", "method", "path", "body"), COOKIES)
async def test_no_cookie_breaks_anything(
    visit: Visit, name: str, method: str, path: str, body: dict[str, Any]
) -> None:
    """A stranger's cookie that unquotes to a NUL is as good as none."""
    sent: dict[str, Any] = {}
    if body:
        sent = {"json" if path.startswith("/api/") else "data": body}
    for value in ("%00.abc", "%00", "in~%00~"):
        stranger = visit(cookie=f"__Host-{name}={value}")
        answer = await stranger.request(method, path, **sent)
        assert 300 <= answer.status_code < 500, answer.text
