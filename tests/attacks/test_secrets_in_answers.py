"""An answer repeats the password that was sent.

A validation error echoes its input, a page fills a form in again, a log line keeps
the body (CVE-2026-40166, CVE-2025-62705). Here a secret that is typed anywhere comes
back from nowhere, whatever is wrong with the request around it.
"""

import json
import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote_plus

import httpx
import pytest

from strongroom.lab import mint
from strongroom.lab.operations import Operation, example_of
from strongroom.lab.sweep import forms_of
from strongroom.room import Strongroom
from tests.attacks.routes import Route
from tests.conftest import Visit
from tests.people import found_organization, mailed_token, new_person


JSON = {"content-type": "application/json"}


def requests_with(secret: str, operation: Operation) -> Iterator[dict[str, Any]]:
    """Yield requests of one operation, each with the secret in another wrong place."""
    body = example_of(operation.schema) if operation.schema else {}
    for field in body:
        for value in (secret, [secret], {"x": secret}, {secret: 1}):
            yield {"json": {**body, field: value}}
    yield {"json": {**body, "password2": secret}}
    yield {"json": {secret: secret}}
    yield {"json": secret}
    yield {"json": [secret]}
    yield {"content": f'{{"password": "{secret}', "headers": JSON}
    yield {"content": secret, "headers": JSON}
    yield {"content": secret, "headers": {"content-type": "text/plain"}}
    yield {"content": b"\xff\xfe" + secret.encode(), "headers": JSON}
    yield {"json": body, "params": {"password": secret}}
    yield {"json": body, "headers": {"authorization": f"Bearer {secret}"}}
    yield {"json": body, "headers": {"cookie": f"__Host-session={quote_plus(secret)}"}}


def tells(answer: httpx.Response, secret: str) -> bool:
    """Say whether an answer holds the secret in any form, headers included."""
    told = answer.content + json.dumps(dict(answer.headers)).encode()
    return any(form in told for form in forms_of(secret))


async def test_no_answer_of_an_operation_repeats_a_secret(
    room: Strongroom,
    app: httpx.AsyncClient,
    *,
    visit: Visit,
    operations: list[Operation],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Signed in or not, wherever in the request it stands; nor does any log line."""
    await found_organization(room, app)
    secret = mint()
    asked = 0
    with caplog.at_level(logging.DEBUG, "strongroom"):
        for operation in operations:
            if not operation.writes or operation.name == "DELETE /api/v1/session":
                continue
            for request in requests_with(secret, operation):
                name = json.dumps(request.get("json", {}))
                if "organizations" in operation.path and '"name"' in name:
                    continue  # A name is no secret: it is there to be shown.
                for client in (visit(), app):
                    answer = await client.request(
                        operation.method.upper(), operation.address(), **request
                    )
                    asked += 1
                    assert not tells(answer, secret), f"{operation.name} {request}"
    assert asked > 100
    assert secret not in caplog.text
    assert (await app.get("/api/v1/session")).status_code == 200


async def test_no_form_is_filled_in_with_a_password(
    room: Strongroom, visit: Visit, routes: list[Route]
) -> None:
    """A refused form comes back without the password, and with the other fields."""
    person = visit(accept="text/html", **{"sec-fetch-site": "same-origin"})
    known = await found_organization(room, visit())
    secret = mint()
    forms: list[tuple[str, dict[str, str]]] = [
        ("/sign-in", {"email": known.email, "password": secret}),
        ("/sign-in", {"email": "no address", "password": secret}),
        ("/sign-in", {"email": known.email, "password": secret, "more": secret}),
        ("/sign-up", {"email": "no address", "password": secret, "organization": "A"}),
        ("/sign-up", {"email": known.email, "password": "x", "organization": "A"}),
        ("/verify", {"token": "x", "password": secret}),
    ]
    assert {path for path, _ in forms} <= {route.path for route in routes}
    for path, form in forms:
        answer = await person.post(path, data=form)
        assert answer.status_code >= 400, f"{path} {answer.status_code}"
        assert not tells(answer, secret), path
        if form.get("email") == known.email and path == "/sign-in" and len(form) == 2:
            assert known.email in answer.text


async def test_a_secret_in_an_address_is_not_repeated(visit: Visit) -> None:
    """A page that is not there, or not for you, does not say what was asked for."""
    secret = mint().replace(" ", "-")
    for path in (f"/{secret}", f"/security/{secret}", f"/api/v1/{secret}"):
        for accept in ("text/html", "application/json"):
            answer = await visit(accept=accept).get(path, params={"password": secret})
            assert answer.status_code == 404
            assert not tells(answer, secret), path


async def test_no_read_shows_what_is_kept_secret(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit, routes: list[Route]
) -> None:
    """The owner who may read everything is shown no verifier, digest or token."""
    person = new_person()
    await found_organization(room, app)
    wanted = {"email": person.email, "password": person.password}
    await visit().post("/api/v1/accounts", json=wanted | {"organization": "Other"})
    kept = await room.db.system(reason="collect what must stay secret").fetch(
        """
        select verifier as secret from strongroom.password_verifiers
        union all select verifier from strongroom.sign_ups
        union all select encode(digest, 'hex') from strongroom.sessions
        union all select encode(digest, 'base64') from strongroom.sessions
        union all select encode(digest, 'hex') from strongroom.one_time_values
        """
    )
    secrets = [row["secret"] for row in kept] + [app.cookies["__Host-session"]]
    secrets.append(await mailed_token(room, person.email))
    assert len(secrets) >= 6
    caller = (await app.get("/api/v1/session")).json()
    for route in (each for each in routes if each.method == "GET"):
        for key in ("session_id", "account_id", "organization_id"):
            answer = await app.get(route.address(caller[key]))
            shown = [secret for secret in secrets if secret in answer.text]
            assert shown == [], route
