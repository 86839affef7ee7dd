"""A canary operator: somebody who runs the service for one proof, and is gone after it.

The link that the command would print is written as the schema's owner; everything
else goes over the operator's listener, as it does for people.
"""

import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID, uuid4

import httpx

from .authenticator import Authenticator
from .canaries import CanaryOrganization
from .errors import require_provable
from .lab import Lab


PASSWORD_BYTES = 16
REASON = "a proof looks after the canaries"
_HAND_OVER = re.compile(r'href="[^"]*/impersonation\?token=([\w-]+)"')
_SEED = re.compile(r'<code class="seed">([A-Z2-7 ]+)</code>')


@dataclass(frozen=True, slots=True)
class CanaryOperator:
    """A signed-in canary operator."""

    id: UUID
    email: str
    password: str
    app: Authenticator
    http: httpx.AsyncClient


@asynccontextmanager
async def operator_of(lab: Lab) -> AsyncIterator[CanaryOperator]:
    """Lend a signed-in operator; nothing of them stays but the trail.

    Raises:
        Unprovable: nobody can be an operator here.

    """
    operator_id, token = uuid4(), secrets.token_urlsafe(32)
    email = f"canary-operator-{operator_id.hex}@strongroom.invalid"
    try:
        await _invite(lab, operator_id, email, token)
        async with admin_client(lab) as http:
            app, password = await _set_up(http, token)
            person = CanaryOperator(operator_id, email, password, app, http)
            entered = await sign_in(person)
            require_provable(
                entered.status_code == httpx.codes.SEE_OTHER,
                f"the canary operator cannot sign in: {entered.status_code}",
            )
            yield person
    finally:
        await _forget(lab, operator_id)


def admin_client(lab: Lab) -> httpx.AsyncClient:
    """Return somebody new at the operator's listener.

    Raises:
        Unprovable: there is none.

    """
    operator = lab.inside.operator
    require_provable(operator is not None, "there is no operator's listener")
    http = operator.client()  # type: ignore[union-attr]
    http.headers["accept"] = "text/html"
    return http


async def sign_in(person: CanaryOperator) -> httpx.Response:
    """Show both factors of *person*."""
    form = {
        "email": person.email,
        "password": person.password,
        "code": await person.app.next_code(),
    }
    return await person.http.post("/admin/sign-in", data=form)


@asynccontextmanager
async def acting_as(
    lab: Lab,
    operator: CanaryOperator,
    organization: CanaryOrganization,
    role: str,
    *,
    emergency: bool = False,
) -> AsyncIterator[httpx.AsyncClient]:
    """Lend a client in which *operator* acts as a canary, ended afterwards.

    Raises:
        Unprovable: the operator cannot.

    """
    asked = await ask_to_act(operator, organization, role, emergency=emergency)
    link = _HAND_OVER.search(asked.text)
    require_provable(link, f"asking to act answers {asked.status_code}")
    async with lab.stranger() as http:
        form = {"token": link[1] if link else ""}
        taken = await http.post("/impersonation", data=form)
        require_provable(
            taken.status_code == httpx.codes.SEE_OTHER,
            f"the hand-over answers {taken.status_code}",
        )
        yield http
        await operator.http.post("/admin/impersonations/end")


async def ask_to_act(
    operator: CanaryOperator,
    organization: CanaryOrganization,
    role: str,
    *,
    reason: str = REASON,
    emergency: bool = False,
) -> httpx.Response:
    """Ask for a hand-over to act as a canary."""
    form = {
        "organization": str(organization.id),
        "account": str(organization.people[role].account_id),
        "reason": reason,
        "emergency": "yes" if emergency else "",
    }
    return await operator.http.post("/admin/impersonations", data=form)


async def _invite(lab: Lab, operator_id: UUID, email: str, token: str) -> None:
    async with lab.inside.database() as database, database.transaction():
        await database.execute(
            "insert into strongroom.operators (id, email) values ($1, $2)",
            operator_id,
            email,
        )
        await database.execute(
            "insert into strongroom.one_time_values"
            " (digest, purpose, subject, expires_at)"
            " values ($1, 'set up an operator', $2, now() + interval '5 minutes')",
            sha256(token.encode()).digest(),
            operator_id,
        )


async def _set_up(http: httpx.AsyncClient, token: str) -> tuple[Authenticator, str]:
    page = await http.get("/admin/set-up", params={"token": token})
    seed = _SEED.search(page.text)
    require_provable(seed, f"the set-up page answers {page.status_code}")
    app = Authenticator((seed[1] if seed else "").replace(" ", ""))
    password = secrets.token_hex(PASSWORD_BYTES)
    form = {"token": token, "password": password, "code": await app.next_code()}
    done = await http.post("/admin/set-up", data=form)
    require_provable(
        done.status_code == httpx.codes.SEE_OTHER,
        f"setting the canary operator up answers {done.status_code}",
    )
    return app, password


async def _forget(lab: Lab, operator_id: UUID) -> None:
    async with lab.inside.database() as database:
        await database.execute(
            "delete from strongroom.operators where id = $1", operator_id
        )
        await database.execute(
            "delete from strongroom.vault_keys"
            " where owner_kind = 'person' and owner_id = $1",
            operator_id,
        )
