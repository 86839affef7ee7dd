"""Changing a customer's data takes two operators, ends in time, and is on record."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx

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

from . import policy, service, store


MINUTES = "20"
CURRENT = "/api/v1/session"
HERE = "/admin/break-glass"
ASKED = """
    select id from strongroom.break_glass_grants
     where asked_by = $1 order by asked_at desc limit 1
"""
STEPS = ("break-glass.ask", "break-glass.approve", "impersonation.begin")
CHANGED = """
    select count(*) from strongroom.audit_entries
     where action = 'organization.rename' and outcome = 'done'
       and organization_id = $1 and details->>'operator' = $2
"""
ON_RECORD = """
    select count(*) from strongroom.audit_entries
     where action = $1 and organization_id is not distinct from $2
       and (actor_name = any($3) or details->>'operator' = any($3))
       and (action <> 'impersonation.begin' or details->>'class' = 'break-glass')
"""


@sabotage("whoever asks may approve", tells="approved by whoever asked")
async def one_person(twin: Twin) -> None:
    """Break both locks: the rule, and the table's own."""
    twin.change(service, "require_another", lambda *_: None)
    table = "alter table strongroom.break_glass_grants"
    await twin.sql(
        f"{table} drop constraint two_people",
        undo=f"{table} add constraint two_people"
        " check (approved_by <> asked_by) not valid",
    )


@sabotage("what was opened is remembered", tells="after the grant ran out")
async def remembered(twin: Twin) -> None:
    """Look a session up once, and never again."""
    found: dict[str, Any] = {}
    find = twin.room.sessions.find

    async def once(token: str) -> Any:
        if found.get(token) is None:
            found[token] = await find(token)
        return found[token]

    twin.change(twin.room.sessions, "find", once)


@sabotage("emergency access lasts a day", tells="asking for 61 minutes")
async def a_day(twin: Twin) -> None:
    """Loosen the limit, and the table's own."""
    twin.change(policy, "LONGEST", timedelta(days=1))
    table = "alter table strongroom.break_glass_grants"
    name = "break_glass_grants_lasts_check"
    await twin.sql(
        f"{table} drop constraint {name}",
        undo=f"{table} add constraint {name} check (lasts > interval '0'"
        " and lasts <= interval '60 minutes') not valid",
    )


@sabotage("the customer's log is not told", tells="customer's log")
async def untold(twin: Twin) -> None:
    """Record break-glass for operators alone."""
    audit = twin.room.audit
    record = audit.record

    async def forget(tx: Any, entry: Any) -> None:
        told = entry.action.startswith("break-glass.")
        if not (told and entry.organization_id):
            await record(tx, entry)

    twin.change(audit, "record", forget)


@sabotage("ending it early changes nothing", tells="ended early")
async def an_end_of_words(twin: Twin) -> None:
    """Say yes and leave the row alone."""

    async def end(*_: Any) -> bool:
        return True

    twin.change(store, "end", end)


@proof(
    "access.break-glass",
    vantage=Vantage.INSIDE,
    sabotages=[one_person, remembered, a_day, untold, an_end_of_words],
)
async def two_people_and_an_end(lab: Lab) -> Evidence:
    """Ask, be refused alone, be approved by another, change, and be out in time."""
    canaries = await lab.canary("a")
    async with operator_of(lab) as asker:
        await require_no_way_alone(lab, asker, canaries)
        grant = await asked(lab, asker, canaries)
        own = await asker.http.post(f"{HERE}/{grant}/approve")
        said = f"approved by whoever asked: {own.status_code}"
        require(own.status_code == httpx.codes.FORBIDDEN, said)
        async with operator_of(lab) as other:
            await approved(other, grant)
            await require_use_ends(lab, asker, canaries, grant)
            await require_on_record(lab, canaries, [asker.email, other.email])
            second = await asked(lab, asker, canaries)
            await approved(other, second)
            await require_early_end(lab, asker, canaries, second)
    return Evidence(
        population=2 * len(STEPS) + 1,
        positive="approved by another operator, the organization's name can be changed",
        observed={"minutes": MINUTES, "longest": "60 minutes", "people": 2},
    )


async def require_no_way_alone(
    lab: Lab, asker: CanaryOperator, canaries: CanaryOrganization
) -> None:
    """Find that one operator alone changes nothing, and asks for an hour at most."""
    alone = await ask_to_act(asker, canaries, "owner", emergency=True)
    said = f"emergency access without an approval answers {alone.status_code}"
    require(alone.status_code == httpx.codes.FORBIDDEN, said)
    answer = await ask(asker, canaries, "61")
    said = f"asking for 61 minutes answers {answer.status_code}"
    require(answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY, said)
    async with acting_as(lab, asker, canaries, "owner") as device:
        answer = await rename(device)
        said = f"without break-glass, a change answers {answer.status_code}"
        require(answer.status_code == httpx.codes.FORBIDDEN, said)


async def require_use_ends(
    lab: Lab, asker: CanaryOperator, canaries: CanaryOrganization, grant: UUID
) -> None:
    """Change something, and be out a second after the grant ran out."""
    async with acting_as(lab, asker, canaries, "owner", emergency=True) as device:
        answer = await rename(device)
        require_provable(answer.is_success, f"a change answers {answer.status_code}")
        secret = await device.post("/api/v1/api-keys", json={})
        said = f"a key can be made by break-glass: {secret.status_code}"
        require(secret.status_code == httpx.codes.FORBIDDEN, said)
        async with lab.inside.database() as database:
            await database.execute(
                "update strongroom.break_glass_grants"
                " set expires_at = now() - interval '1 second' where id = $1",
                grant,
            )
        require(not await is_in(device), "still in after the grant ran out")


async def require_early_end(
    lab: Lab, asker: CanaryOperator, canaries: CanaryOrganization, grant: UUID
) -> None:
    """End a grant, and find its session gone at the next request."""
    async with acting_as(lab, asker, canaries, "owner", emergency=True) as device:
        require_provable(await is_in(device), "the session is not open")
        await asker.http.post(f"{HERE}/{grant}/end")
        require(not await is_in(device), "still in after the grant was ended early")


async def require_on_record(
    lab: Lab, canaries: CanaryOrganization, people: list[str]
) -> None:
    """Find every step in the operators' trail and in the customer's log."""
    async with lab.inside.database() as database:
        for step in STEPS:
            for where, place in ((None, "trail"), (canaries.id, "customer's log")):
                found = await database.fetchval(ON_RECORD, step, where, people)
                require(found, f"{step} is not in the {place}")
        changed = await database.fetchval(CHANGED, canaries.id, people[0])
    require(changed, "what was changed is not in the customer's log by the operator")


async def asked(lab: Lab, asker: CanaryOperator, canaries: CanaryOrganization) -> UUID:
    """Ask for emergency access; return the request."""
    answer = await ask(asker, canaries, MINUTES)
    require_provable(
        answer.status_code == httpx.codes.SEE_OTHER,
        f"asking for emergency access answers {answer.status_code}",
    )
    async with lab.inside.database() as database:
        grant: UUID = await database.fetchval(ASKED, asker.id)
    return grant


async def ask(
    asker: CanaryOperator, canaries: CanaryOrganization, minutes: str
) -> httpx.Response:
    """Ask for so many minutes."""
    form = {
        "organization": str(canaries.id),
        "reason": "a proof breaks the glass",
        "minutes": minutes,
    }
    return await asker.http.post(HERE, data=form)


async def approved(other: CanaryOperator, grant: UUID) -> None:
    """Approve it as another operator."""
    answer = await other.http.post(f"{HERE}/{grant}/approve")
    require_provable(
        answer.status_code == httpx.codes.SEE_OTHER,
        f"another operator's approval answers {answer.status_code}",
    )


async def rename(device: httpx.AsyncClient) -> httpx.Response:
    """Give the canary's organization the name that it has."""
    here = (await device.get(CURRENT)).json()
    path = f"/api/v1/organizations/{here['organization_id']}"
    return await device.patch(path, json={"name": here["organization"]})


async def is_in(device: httpx.AsyncClient) -> bool:
    """Say whether the session is good at this moment."""
    answer = await device.get(CURRENT)
    codes = {httpx.codes.OK, httpx.codes.UNAUTHORIZED}
    require_provable(answer.status_code in codes, f"{CURRENT}: {answer.status_code}")
    return answer.is_success
