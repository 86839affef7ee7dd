"""The peers of the session check, each with one user and as many sessions as asked."""

import json
import secrets
from collections.abc import Mapping
from urllib.parse import urlencode

from .errors import ServerFailed
from .goals import BETTER_AUTH, BETTER_AUTH_HTTP, FASTAPI_USERS
from .install import installed
from .probe import Answer, ask
from .targets import GRANIAN, OK, PEERS, Server, SessionTarget, names


EMAIL = "one@example.com"
REVOKE = 'delete from "session"'
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def better_auth(database_url: str) -> SessionTarget:
    """Return better-auth on ``pg``: no cookie cache, asked in process."""
    server = _better_auth(BETTER_AUTH, database_url)
    return SessionTarget(server, "/me", names(EMAIL), _better_auth_cookies, REVOKE)


def better_auth_over_http(database_url: str) -> SessionTarget:
    """Return the same better-auth, asked at the endpoint that it has for others."""
    return SessionTarget(
        _better_auth(BETTER_AUTH_HTTP, database_url),
        "/api/auth/get-session",
        names(EMAIL),
        _better_auth_cookies,
        REVOKE,
        is_refusal=_is_null,
    )


def _better_auth(name: str, database_url: str) -> Server:
    return Server(
        name,
        ("node", "server.mjs"),
        installed("better-auth"),
        {**_environment(database_url), "NODE_ENV": "production"},
    )


def _is_null(answer: Answer) -> bool:
    """Say whether the endpoint found nobody: it answers 200 all the same."""
    return answer.status == OK and answer.body == b"null"


def fastapi_users(database_url: str) -> SessionTarget:
    """Return fastapi-users on asyncpg: its database strategy, cookie transport."""
    programs = installed("fastapi_users") / "bin"
    server = Server(
        FASTAPI_USERS,
        (str(programs / "granian"), *GRANIAN, "app:app"),
        PEERS / "fastapi_users",
        _environment(database_url),
    )
    revoke = "delete from accesstoken"
    return SessionTarget(server, "/me", names(EMAIL), _fastapi_users_cookies, revoke)


def _environment(database_url: str) -> dict[str, str]:
    return {"DATABASE_URL": database_url, "BENCH_SECRET": secrets.token_hex(32)}


def _better_auth_cookies(address: str, sessions: int) -> list[str]:
    password = secrets.token_urlsafe(16)
    known = json.dumps({"email": EMAIL, "password": password, "name": "One"}).encode()
    # The library takes a request of a browser only from its own site.
    head = {**JSON, "Origin": address}
    _post(address, "/api/auth/sign-up/email", head, known)
    return [
        _cookie(_post(address, "/api/auth/sign-in/email", head, known))
        for _ in range(sessions)
    ]


def _fastapi_users_cookies(address: str, sessions: int) -> list[str]:
    password = secrets.token_urlsafe(16)
    known = json.dumps({"email": EMAIL, "password": password}).encode()
    _post(address, "/register", JSON, known)
    form = urlencode({"username": EMAIL, "password": password}).encode()
    return [_cookie(_post(address, "/login", FORM, form)) for _ in range(sessions)]


def _post(address: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
    answer = ask(address, path, headers, body)
    if answer.status not in {200, 201, 204}:
        message = f"{address}{path} answered {answer.status}: {answer.body[:300]!r}"
        raise ServerFailed(message)
    return answer


def _cookie(answer: Answer) -> str:
    return "; ".join(answer.cookies)
