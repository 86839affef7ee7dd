"""An operator who takes several hand-overs at the same moment, and where they sit."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest

from strongroom.impersonation import AlreadyActing, store
from strongroom.kernel import NOWHERE, Origin, Secret, new_id
from strongroom.operators import Operator
from strongroom.room import Strongroom
from strongroom.sessions import NewSession
from tests.people import found_organization


async def an_operator(room: Strongroom) -> Operator:
    """Return an operator who is signed in."""
    operator, session = new_id(), new_id()
    email = f"{operator.hex}@example.invalid"
    async with room.db.system(reason="sign an operator in in a test") as tx:
        await tx.execute(
            "insert into strongroom.operators (id, email) values ($1, $2)",
            operator,
            email,
        )
        expires_at = await tx.fetchval(
            "insert into strongroom.operator_sessions"
            " (id, digest, operator_id, expires_at, idle) values"
            " ($1, sha256($2), $3, now() + interval '1 hour', interval '1 hour')"
            " returning expires_at",
            session,
            session.bytes,
            operator,
        )
    return Operator(session_id=session, id=operator, email=email, expires_at=expires_at)


async def hand_over(
    room: Strongroom, operator: Operator, customer: httpx.AsyncClient
) -> Secret:
    """Return what opens a session in which *operator* acts as *customer*."""
    mine = (await customer.get("/api/v1/session")).json()
    where, account = UUID(mine["organization_id"]), UUID(mine["account_id"])
    return await room.impersonations.begin(operator, where, account, "a canary asked")


async def test_an_operator_acts_in_one_session_at_a_time(
    room: Strongroom, app: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of four hand-overs that are taken at once, one opens."""
    await found_organization(room, app)
    operator = await an_operator(room)
    tokens = [await hand_over(room, operator, app) for _ in range(4)]
    look = store.is_acting

    async def look_long(*given: Any) -> bool:
        found = await look(*given)
        await asyncio.sleep(0.05)  # So long that all four look before one begins.
        return found

    monkeypatch.setattr(store, "is_acting", look_long)
    taken = await asyncio.gather(
        *(room.impersonations.take(each, None, NOWHERE) for each in tokens),
        return_exceptions=True,
    )
    kinds = sorted(type(each).__name__ for each in taken)
    assert kinds == [AlreadyActing.__name__] * 3 + [NewSession.__name__]


async def test_where_an_operator_sits_is_not_told_to_the_customer(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """Neither by the list of devices nor by the log; that somebody acted is."""
    await found_organization(room, app)
    token = await hand_over(room, await an_operator(room), app)
    seat = Origin("203.0.113.77", "Canary-Browser/1.0")
    await room.impersonations.take(token, None, seat)
    for path in ("/api/v1/sessions", "/api/v1/audit-logs", "/console/devices"):
        shown = (await app.get(path, headers={"accept": "*/*"})).text
        assert "203.0.113.77" not in shown, path
        assert "Canary-Browser" not in shown, path
    assert "impersonation.begin" in (await app.get("/api/v1/audit-logs")).text
