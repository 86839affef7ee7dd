"""Every action, by everybody, for every organization: as the reviewed policy says.

The plan is this process's own, and what is asked is another process, over the network.
What an operation *is* is told twice, by its face and by whoever performs it for the
record, so that a face that declares the wrong action stands against itself.
Nothing is changed: what is sent is refused right behind the gate, or finds nothing.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx

from strongroom.lab import (
    CanaryOrganization,
    Evidence,
    Lab,
    Operation,
    Twin,
    Vantage,
    proof,
    require,
    require_provable,
    sabotage,
)

from . import service
from .policy import ADMINS, AUDITORS, EVERYONE, GRANTS, MEMBERS, ROLES, SIGNED_IN
from .proofs_asking import ask, is_harmless, require_told
from .proofs_roles import a_role_for_all, require_own_role
from .proofs_ways import an_unasked_way, require_ways


NOBODY = "nobody"
"""Whoever is not signed in."""

READS = {
    "/api/v1/access": AUDITORS,
    "/api/v1/alarms": ADMINS,
    "/api/v1/audit-logs": AUDITORS,
    "/api/v1/audit-views": AUDITORS,
    "/api/v1/invitations": ADMINS,
    "/api/v1/key-checks": ADMINS,
    "/api/v1/keys": ADMINS,
    "/api/v1/log-streams": AUDITORS,
    "/api/v1/roles": AUDITORS,
    "/api/v1/sign-in-policy": AUDITORS,
}
"""What not every member reads, by where it is. A write has its exercise as witness."""

REFUSALS = {
    "/problems/unauthenticated",
    "/problems/forbidden",
    "/problems/service-signature-invalid",
}
"""What the gate answers, that of services included, and nothing behind it."""


@sabotage("one action more is granted to viewers", tells="viewer")
async def a_generous_grant(twin: Twin) -> None:
    """Let every member delete integrations."""
    twin.change(service, "GRANTS", {**GRANTS, "integration.delete": MEMBERS})


@sabotage("one route declares a lesser action", tells="DELETE /api/v1/api-keys")
async def a_wrong_declaration(twin: Twin) -> None:
    """Let the route that revokes a key pass for one that reads them."""
    for handler in handlers_of(twin.edge):
        if handler.opt.get("action") == "api-key.revoke":
            twin.change(handler, "opt", {**handler.opt, "action": "api-key.read"})


@sabotage("the service asks for no role", tells="viewer")
async def an_open_gate(twin: Twin) -> None:
    """Take every action for one that anybody signed in may do."""

    def anybody(action: str) -> frozenset[str]:
        return EVERYONE if GRANTS[action] is EVERYONE else SIGNED_IN

    twin.change(service, "who_can", anybody)


@dataclass(frozen=True, slots=True)
class Matrix:
    """Somebody of each role, and somebody of none, with what each may ask for."""

    people: dict[str, httpx.AsyncClient]
    operations: list[Operation]
    theirs: CanaryOrganization

    async def ask(
        self, role: str, operation: Operation, identifier: UUID | str
    ) -> tuple[int, str]:
        """Return status and problem of one request that somebody of *role* sends."""
        return await ask(self.people[role], operation, identifier)


@proof(
    "access.actions",
    vantage=Vantage.INSIDE,
    sabotages=[
        a_generous_grant,
        a_wrong_declaration,
        an_open_gate,
        a_role_for_all,
        an_unasked_way,
    ],
)
async def every_cell_is_as_planned(lab: Lab) -> Evidence:
    """Each role may do what the plan says, in its own organization, and no more."""
    operations = [each for each in await lab.operations() if is_ours(each)]
    require_provable(operations, "the description lists no action")
    require_declared(lab, operations)
    closed = [each for each in operations if grant_of(each) is not EVERYONE]
    async with everybody(lab, closed) as matrix:
        passed, refused = await require_cells(matrix)
        foreign = await require_no_oracle(matrix)
    of_own_role = await require_own_role(lab, closed)
    otherwise = await require_ways(lab, closed)
    require_provable(passed, "nobody may do anything")
    return Evidence(
        population=passed + refused + foreign + of_own_role + otherwise,
        positive=f"{passed} requests pass the gate, each where the plan says so",
        observed={
            "operations": len(closed),
            "open to everybody": len(operations) - len(closed),
            "refused": refused,
            "other organization's": foreign,
            "by a role of one's own": of_own_role,
            "refused to a session that began otherwise": otherwise,
        },
    )


def is_ours(operation: Operation) -> bool:
    """Say whether it is the house's: a product's operations have gates of their own."""
    return operation.path.startswith("/api/v1/")


def require_declared(lab: Lab, operations: list[Operation]) -> None:
    """Insist that the plan lists each action, and that its witness says the same."""
    for operation in operations:
        name, action = operation.name, operation.action
        require(action in GRANTS, f"{name} declares no action of the plan: {action}")
        exercise = lab.exercises.get(name)
        if exercise is not None and exercise.action in GRANTS:
            same = exercise.action == action
            require(same, f"{name} declares {action}, and is {exercise.action}")
        require_beyond_viewers(operation)


def require_beyond_viewers(operation: Operation) -> None:
    """Insist that no viewer changes what is the organization's, or reads the rest."""
    allowed = grant_of(operation)
    if operation.writes and allowed not in (EVERYONE, SIGNED_IN):
        words = f"{operation.name} changes something, and viewers may"
        require("viewer" not in allowed, words)
    for place, readers in READS.items():
        if operation.path.startswith(place) and not operation.writes:
            words = f"{operation.name} is read by {sorted(allowed)}"
            require(allowed <= readers, words)


def grant_of(operation: Operation) -> frozenset[str]:
    """Return who may do it, as planned."""
    return GRANTS[operation.action or ""]


def may(role: str, operation: Operation) -> bool:
    """Say whether the plan lets *role* do it."""
    allowed = grant_of(operation)
    return role != NOBODY and (allowed is SIGNED_IN or role in allowed)


@asynccontextmanager
async def everybody(lab: Lab, closed: list[Operation]) -> AsyncIterator[Matrix]:
    """Lend a matrix in which everybody is signed in."""
    # What harms nobody comes first, so that a broken gate is seen before it hurts.
    operations = sorted(closed, key=is_harmless, reverse=True)
    async with AsyncExitStack() as opened:
        people = {NOBODY: await opened.enter_async_context(lab.stranger())}
        for role in ROLES:
            lent = lab.signed_in("a", role)
            people[role] = await opened.enter_async_context(lent)
        yield Matrix(people, operations, await lab.canary("b"))


async def require_cells(matrix: Matrix) -> tuple[int, int]:
    """Try every operation as everybody; return how often it passed and was refused."""
    passed = refused = 0
    for operation in matrix.operations:
        roles = [
            role
            for role in (NOBODY, *reversed(ROLES))
            if is_harmless(operation) or not may(role, operation)
        ]
        asking = (matrix.ask(role, operation, uuid4()) for role in roles)
        answers = await asyncio.gather(*asking)
        for role, (status, told) in zip(roles, answers, strict=True):
            allowed = may(role, operation)
            require_told(role, operation, status)
            let_in = told not in REFUSALS
            words = "may" if let_in else "may not"
            require(
                let_in == allowed, f"{role} {words} {operation.name}: answers {status}"
            )
            passed, refused = passed + let_in, refused + (not let_in)
    return passed, refused


async def require_no_oracle(matrix: Matrix) -> int:
    """Name what is another organization's: the answer is that for nothing at all."""
    tried = 0
    for operation in matrix.operations:
        if not operation.takes_identifier:
            continue
        for role in filter(lambda each: may(each, operation), ROLES):
            named = (uuid4(), *foreign_to(operation, matrix.theirs))
            asking = (matrix.ask(role, operation, each) for each in named)
            nothing, *answers = await asyncio.gather(*asking)
            for answer in answers:
                words = f"{operation.name} tells {role} another's from none: {answer}"
                require(answer == nothing, words)
                tried += 1
    require_provable(tried, "no operation names an object")
    return tried


def foreign_to(operation: Operation, theirs: CanaryOrganization) -> list[UUID]:
    """Return which of the other canary's identifiers its path could mean."""
    if "{account_id}" in operation.path:
        return [theirs.people["viewer"].account_id]
    return [theirs.id]


def handlers_of(app: Any) -> list[Any]:
    """Return the route handlers of the faces inside the passes of *app*."""
    while not hasattr(app, "routes"):
        app = app.app
    return [
        each for route in app.routes for each in getattr(route, "route_handlers", ())
    ]
