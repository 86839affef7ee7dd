"""An operator who acts as a customer is named, bounded, and gone with their sign-out.

Their way in is that of operators: both factors on the operators' listener, a reason,
and a hand-over that works once.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx

from strongroom.access import EVERYONE, GRANTS, SERVICES
from strongroom.kernel import Caller
from strongroom.lab import (
    CanaryOperator,
    CanaryOrganization,
    Evidence,
    Lab,
    Twin,
    Vantage,
    acting_as,
    ask_to_act,
    operator_of,
    proof,
    require,
    require_provable,
    sabotage,
)

from . import store
from .proofs import CURRENT, is_in, session_of, times_of


LONGEST = timedelta(minutes=30)
NOTHING = "00000000-0000-0000-0000-000000000000"
FORBIDDEN = (
    ("POST", "/api/v1/totp"),
    ("DELETE", "/api/v1/totp"),
    ("POST", "/api/v1/totp/recovery-codes"),
    ("POST", "/api/v1/session/step-up"),
    ("POST", "/console/password"),
    ("POST", "/api/v1/api-keys"),
    ("POST", f"/api/v1/integrations/{NOTHING}/reveal"),
    ("POST", "/api/v1/privacy/exports"),
    ("POST", "/api/v1/privacy/erasures"),
    ("PATCH", f"/api/v1/organizations/{NOTHING}"),
)
"""Factors, passwords, keys, secrets, personal data; then every change that there is."""

AN_END = {"DELETE /api/v1/session", "DELETE /api/v1/sessions/{session_id}"}
"""The only changes that are open to whoever acts."""

NAMED = """
    select count(*) from strongroom.audit_entries
     where organization_id = $1 and actor_id = $2 and actor_name = $3
       and details->>'operator' = $4
"""


def _as_if(twin: Twin, **changes: Any) -> None:
    """Let every look-up tell other facts of its caller."""
    find = twin.room.sessions.find

    async def other(token: str) -> Caller | None:
        caller: Caller | None = await find(token)
        return replace(caller, **changes) if caller else None

    twin.change(twin.room.sessions, "find", other)


@sabotage("an operator may do what the customer may", tells="may POST /api/v1/totp")
async def unbounded(twin: Twin) -> None:
    """Forget that somebody acts."""
    _as_if(twin, acting=None)


@sabotage("the operator's name is left out", tells="does not name the operator")
async def nameless(twin: Twin) -> None:
    """Forget who acts."""
    _as_if(twin, operator=None)


@sabotage("an operator acts for eight hours", tells="for 8:00:00")
async def all_day(twin: Twin) -> None:
    """Loosen the limit behind the page's back."""
    twin.change(twin.room.impersonations, "_longest", timedelta(hours=8))


@sabotage("the session outlives the operator's own", tells="signed out, and still acts")
async def outliving(twin: Twin) -> None:
    """Do not look at what the session rests on."""
    query = store._LOOK_UP.replace(store._OPERATOR_ALIVE, "true")  # noqa: SLF001
    twin.change(store, "_LOOK_UP", query)


@proof(
    "sessions.impersonation",
    vantage=Vantage.INSIDE,
    sabotages=[unbounded, nameless, all_day, outliving],
)
async def both_names_and_half_an_hour(lab: Lab) -> Evidence:
    """Act as a member: named twice, kept from what is theirs, out with the operator."""
    canaries = await lab.canary("a")
    async with operator_of(lab) as operator:
        short = await ask_to_act(operator, canaries, "owner", reason="because")
        refused = short.status_code == httpx.codes.UNPROCESSABLE_ENTITY
        require(refused, f"a reason of one word answers {short.status_code}")
        async with acting_as(lab, operator, canaries, "owner") as device:
            await require_named(device, operator, canaries)
            made = await times_of(lab, await session_of(device))
            said = f"an operator acts for {made['whole']}"
            require(made["whole"] == made["idle"] == LONGEST, said)
            forbidden = await forbidden_to_operators(lab)
            await require_bounded(device, forbidden)
            nested = await ask_to_act(operator, canaries, "member")
            answered = nested.status_code
            require(answered == httpx.codes.CONFLICT, f"nested: {answered}")
            # The beginning, and one entry for each refusal.
            entries = 1 + len(forbidden)
            await require_on_record(lab, operator, canaries, entries)
            await operator.http.post("/admin/sign-out")
            out = not await is_in(device)
            require(out, "the operator signed out, and still acts")
    return Evidence(
        population=len(forbidden),
        positive="acting as the owner, the operator sees the members",
        observed={"minutes": 30, "refused": [path for _, path in forbidden]},
    )


async def require_named(
    device: httpx.AsyncClient, operator: CanaryOperator, canaries: CanaryOrganization
) -> None:
    """Find both names in the session and on the page, and the members open."""
    told = (await device.get(CURRENT)).json()
    owner = canaries.people["owner"].email
    require_provable(told.get("email") == owner, "the session is not the owner's")
    named = told.get("operator") == operator.email
    require(named, "the session does not name the operator")
    page = await device.get("/console", headers={"accept": "text/html"})
    require(operator.email in page.text, "the page does not name the operator")
    members = await device.get("/api/v1/members")
    require_provable(members.is_success, f"the members: {members.status_code}")


async def forbidden_to_operators(lab: Lab) -> list[tuple[str, str]]:
    """Return what must be refused: every change that asks for somebody signed in."""
    described = [
        (each.method.upper(), each.address(NOTHING))
        for each in await lab.operations()
        if each.writes and each.path.startswith("/api/v1/")
        if GRANTS.get(each.action or "") not in (EVERYONE, SERVICES)
        if each.name not in AN_END
    ]
    return [*dict.fromkeys((*FORBIDDEN, *described))]


async def require_bounded(
    device: httpx.AsyncClient, forbidden: list[tuple[str, str]]
) -> None:
    """Find everything refused that is the person's alone."""
    for method, path in forbidden:
        answer = await device.request(method, path)
        code = answer.json().get("type", "") if answer.content else ""
        ours = code.endswith("not-for-operators")
        require(ours, f"an operator may {method} {path}: {answer.status_code}")


async def require_on_record(
    lab: Lab, operator: CanaryOperator, canaries: CanaryOrganization, expected: int
) -> None:
    """Find every entry of the session in the customer's log, by both names."""
    owner = canaries.people["owner"]
    async with lab.inside.database() as database:
        named = await database.fetchval(
            NAMED, canaries.id, owner.account_id, owner.email, operator.email
        )
    require(named == expected, f"{named} of {expected} entries name both")
