"""A role that an organization defined: it opens what it holds, and nothing else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from strongroom.lab import (
    Guest,
    Lab,
    Operation,
    Twin,
    guest,
    require,
    require_provable,
    sabotage,
)

from . import service
from .policy import EVERY_ROLE, GRANTS, MEMBERS
from .proofs_asking import ask_all, is_harmless, require_told


NAME = "canary-clerk"
HELD = frozenset({"audit.read", "integration.read", "key.read"})
"""Each is an admin's or an auditor's as well, and two are no viewer's."""

FORBIDDEN = "/problems/forbidden"


@sabotage("what a role of one's own holds is not looked at", tells="key.read opens")
async def a_role_for_all(twin: Twin) -> None:
    """Let whoever has a role of the organization's own do what an admin may."""

    def includes(role: Any, action: str, granted: Any) -> bool:
        return ("admin" if granted is not None else role) in GRANTS[action]

    twin.change(service, "includes", includes)


async def require_own_role(lab: Lab, operations: list[Operation]) -> int:
    """Accept that a clerk passes the gate for what the role holds, and for no more."""
    theirs = [each for each in operations if is_of_a_role(each)]
    async with clerk(lab) as http:
        answers = await ask_all(http, theirs)
    passed = 0
    for operation, (status, told) in zip(theirs, answers, strict=True):
        require_told("a clerk", operation, status)
        held = operation.action in HELD | EVERY_ROLE
        opened = told != FORBIDDEN
        words = f"{'opens' if opened else 'does not open'} {operation.name}"
        require(opened == held, f"a role that holds {', '.join(sorted(HELD))} {words}")
        passed += opened
    require_provable(passed, "nothing that the role holds could be tried")
    return len(theirs)


def is_of_a_role(operation: Operation) -> bool:
    """Say whether a role decides about it, and asking for it changes nothing."""
    allowed = GRANTS[operation.action or ""]
    return bool(allowed & MEMBERS) and is_harmless(operation)


@asynccontextmanager
async def clerk(lab: Lab) -> AsyncIterator[httpx.AsyncClient]:
    """Lend somebody who has a role that the owner of their organization defined."""
    async with guest(lab) as owner, guest(lab) as somebody:
        wanted = {"name": NAME, "actions": sorted(HELD)}
        made = await owner.http.post("/api/v1/roles", json=wanted)
        require_provable(made.is_success, f"no role is defined: {made.status_code}")
        await join(lab, owner, somebody)
        given = await owner.http.patch(
            f"/api/v1/members/{somebody.account_id}", json={"role": NAME}
        )
        require_provable(given.is_success, f"no role is given: {given.status_code}")
        yield somebody.http


async def join(lab: Lab, owner: Guest, somebody: Guest) -> None:
    """Make somebody a member of the owner's organization, and go on there."""
    async with lab.inside.database() as database:
        await database.execute(
            "insert into strongroom.memberships (organization_id, account_id, role)"
            " values ($1, $2, 'viewer')",
            owner.organization_id,
            somebody.account_id,
        )
    there = {"organization_id": str(owner.organization_id)}
    moved = await somebody.http.post("/api/v1/session/organization", json=there)
    require_provable(moved.is_success, f"nobody can switch: {moved.status_code}")
