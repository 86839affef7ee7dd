"""No route and no query crosses from one organization to another.

Three looks at one wall: the catalogue says that it stands around every table, an
intruder with the application's own role finds no way through, and every route
answers for another organization's objects exactly as for objects that do not exist.
"""

import asyncio
import time
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx

from strongroom.db import Connection, ContextSigner, wall_breaches
from strongroom.lab import (
    CanaryOrganization,
    Evidence,
    Lab,
    Operation,
    Twin,
    Vantage,
    as_tenant,
    count_rows,
    exercise,
    guest,
    identifiers_in,
    owned_rows,
    proof,
    push_rows,
    require,
    require_provable,
    sabotage,
    set_context,
)

from .service import Organizations


ROUNDS = 200
"""How often two tenants take turns on the same pool of connections."""


@sabotage("one table loses its floor", tells="memberships")
async def a_fallen_floor(twin: Twin) -> None:
    """Drop one policy."""
    await twin.sql(
        "drop policy strongroom_floor on strongroom.memberships",
        undo="create policy strongroom_floor on strongroom.memberships as restrictive"
        " to strongroom_app"
        " using (organization_id = (select strongroom_guard.organization()))"
        " with check (organization_id = (select strongroom_guard.organization()))",
    )


@sabotage("a new table was never isolated", tells="forgotten")
async def a_forgotten_table(twin: Twin) -> None:
    """Add a table as a hurried migration would."""
    await twin.sql(
        "create table public.forgotten (organization_id uuid, note text);"
        " grant select, insert on public.forgotten to strongroom_app",
        undo="drop table public.forgotten",
    )


@sabotage("a view looks with its owner's eyes", tells="overview")
async def a_view_over_the_wall(twin: Twin) -> None:
    """Give the application a view that the schema's owner made."""
    await twin.sql(
        "create view public.overview as select * from strongroom.memberships;"
        " grant select on public.overview to strongroom_app",
        undo="drop view public.overview",
    )


@sabotage("a route lets its caller name the organization to speak for", tells="GET")
async def a_leaking_route(twin: Twin) -> None:
    """Open whichever organization's door the address names."""
    get = Organizations.get

    async def get_any(self: Organizations, _: UUID, wanted: UUID) -> Any:
        return await get(self, wanted, wanted)

    twin.change(Organizations, "get", get_any)


@proof(
    "tenancy.rows",
    vantage=Vantage.INSIDE,
    sabotages=[
        a_fallen_floor,
        a_forgotten_table,
        a_view_over_the_wall,
        a_leaking_route,
    ],
)
async def nothing_crosses(lab: Lab) -> Evidence:
    """The wall stands around every table, and no route looks over it."""
    ours, theirs = await lab.canary("a"), await lab.canary("b")
    async with lab.inside.database() as database:
        breaches, tables = await wall_breaches(database)
        require(not breaches, "; ".join(breaches))
        require_provable(tables, "no table is isolated")
        await lab.furnish()
        before = await owned_rows(database, tables, theirs.id)
    require_provable(before, "the other canary owns no row")
    seen = await require_blind(lab, tables, ours, theirs)
    identifiers = await identifiers_of(lab, tables, theirs)
    tried = await require_same_answers(lab, identifiers)
    await require_steady_pool(lab, ours, theirs)
    async with lab.inside.database() as database:
        after = await owned_rows(database, tables, theirs.id)
    lost = before - after
    require(not lost, f"{len(lost)} rows of the other canary were changed")
    return Evidence(
        population=len(tables) + tried,
        positive=f"the canary sees {seen} rows of its own",
        observed={"tables": tables, "requests": tried, "alternations": ROUNDS},
    )


async def require_blind(
    lab: Lab, tables: list[str], ours: CanaryOrganization, theirs: CanaryOrganization
) -> int:
    """Look through every table as the application, and see only one's own rows."""
    seen = 0
    async with as_tenant(lab, ours.id) as intruder:
        for table in tables:
            own, foreign = await count_rows(intruder, table, ours.id)
            require(not foreign, f"{table} shows {foreign} rows of others")
            await require_no_push(intruder, table, theirs.id)
            seen += own
    require_provable(seen, "the canary does not even see its own rows")
    return seen


async def require_no_push(intruder: Connection, table: str, theirs: UUID) -> None:
    """Try to give rows of one's own to the other organization."""
    try:
        tag = await push_rows(intruder, table, theirs)
    except asyncpg.InsufficientPrivilegeError:
        return  # Refused by the floor, or because the table is never updated.
    require(tag == "UPDATE 0", f"{table} lets a row be pushed across")


async def require_same_answers(lab: Lab, identifiers: list[str]) -> int:
    """Ask every route for the other's objects; nothing tells them from no object."""
    operations = [each for each in await lab.operations() if each.takes_identifier]
    require_provable(operations, "no route takes an identifier")
    tried = 0
    async with lab.signed_in("a", "owner") as owner:
        own = (await owner.get("/api/v1/session")).json()["organization_id"]
        control = await owner.get(f"/api/v1/organizations/{own}")
        require_provable(control.is_success, "the owner cannot read its own")
        for operation in operations:
            nothing = await answer_to(owner, operation, str(uuid4()))
            for identifier in identifiers:
                answer = await answer_to(owner, operation, identifier)
                require(
                    answer == nothing,
                    f"{operation.name} tells another's object from none: {answer[0]}",
                )
                tried += 1
    return tried


async def answer_to(
    owner: httpx.AsyncClient, operation: Operation, identifier: str
) -> tuple[int, str]:
    """Return status and body of *operation* on *identifier*, less what is unique."""
    answer = await owner.request(
        operation.method.upper(), operation.address(identifier), json=operation.body()
    )
    unique = answer.headers.get("x-request-id", "")
    return answer.status_code, answer.text.replace(unique, "").replace(identifier, "")


async def identifiers_of(
    lab: Lab, tables: list[str], theirs: CanaryOrganization
) -> list[str]:
    """Return identifiers of the other canary's objects, of every kind it has."""
    people = {str(each.account_id) for each in theirs.people.values()}
    async with lab.signed_in("b", "member") as member:
        session = (await member.get("/api/v1/session")).json()["session_id"]
    async with lab.inside.database() as database:
        stored = await identifiers_in(database, tables, theirs.id)
    return sorted({str(theirs.id), session} | people | stored)


async def require_steady_pool(
    lab: Lab, ours: CanaryOrganization, theirs: CanaryOrganization
) -> None:
    """Let two tenants take turns on the same connections; each sees itself alone."""
    async with lab.signed_in("a", "owner") as a, lab.signed_in("b", "owner") as b:

        async def ask(client: httpx.AsyncClient, own: UUID) -> bool:
            answer = await client.get(f"/api/v1/organizations/{own}")
            return answer.is_success and answer.json()["id"] == str(own)

        pairs = ((a, ours.id), (b, theirs.id))
        for _ in range(ROUNDS // 20):
            asked = [ask(*pairs[turn % 2]) for turn in range(20)]
            require(all(await asyncio.gather(*asked)), "a connection mixed tenants up")


@sabotage("the database takes any context at its word", tells="a row")
async def an_unsigned_context(twin: Twin) -> None:
    """Replace the check by one that trusts the text."""
    original = await twin.value(
        "select pg_get_functiondef('strongroom_guard.organization()'::regprocedure)"
    )
    as_guard = (
        "grant create on schema strongroom_guard to strongroom_guard;"
        " set role strongroom_guard; {body}; reset role;"
        " revoke create on schema strongroom_guard from strongroom_guard"
    )
    trusting = (
        "create or replace function strongroom_guard.organization() returns uuid"
        " language sql stable security definer as $$ select nullif(left("
        "current_setting('strongroom.context', true), 36), '')::uuid $$"
    )
    await twin.sql(as_guard.format(body=trusting), undo=as_guard.format(body=original))


@sabotage("the application can read the context key", tells="key")
async def a_readable_key(twin: Twin) -> None:
    """Grant what must never be granted."""
    key = "strongroom_guard.context_key"
    await twin.sql(
        f"set role strongroom_guard; grant select on {key} to strongroom_app;"
        " reset role",
        undo=f"set role strongroom_guard; revoke select on {key} from strongroom_app;"
        " reset role",
    )


@proof(
    "tenancy.context",
    vantage=Vantage.INSIDE,
    sabotages=[an_unsigned_context, a_readable_key],
)
async def no_forged_context_opens(lab: Lab) -> Evidence:
    """Play an intruder inside the application's own connection."""
    ours, theirs = await lab.canary("a"), await lab.canary("b")
    query = "select count(*) from strongroom.memberships"
    async with as_tenant(lab, ours.id) as intruder:
        seen = await intruder.fetchval(query)
        require_provable(seen, "a genuine context shows nothing")
        forged = forgeries(lab, ours.id, theirs.id, intruder.get_server_pid())
        for name, context in forged.items():
            await set_context(intruder, context)
            crossed = await intruder.fetchval(query)
            require(not crossed, f"a context {name} shows a row")
        await require_no_key(intruder)
    return Evidence(
        population=len(forged),
        positive=f"a genuine context shows {seen} memberships",
        observed={"forgeries refused": sorted(forged)},
    )


def forgeries(lab: Lab, ours: UUID, theirs: UUID, pid: int) -> dict[str, str]:
    """Return contexts that somebody without the key could set, by what is wrong."""
    genuine = ContextSigner(lab.inside.keys.derive("tenant context"))
    own = genuine.sign(ours, pid)
    claim, _, mac = own.rpartition(".")
    late = f"{theirs}.{pid}.{int(time.time()) + 60}"
    return {
        "without a signature": f"{theirs}.{pid}.{int(time.time()) + 60}",
        "signed with another key": ContextSigner(b"\0" * 32).sign(theirs, pid),
        "with the signature of our own": f"{late}.{mac}",
        "of another connection": genuine.sign(theirs, pid + 1),
        "that has ended": genuine.sign(theirs, pid, lifetime=-1),
        "that was tampered with": own.replace(str(ours), str(theirs)),
        "with a cut signature": f"{late}.{mac[:-2]}",
        "in capitals": own.replace(str(ours), str(theirs)).upper(),
        "that is empty": "",
        "that is a bare identifier": str(theirs),
        "full of dots": "." * 40,
        "that is not a claim": f"{claim[::-1]}.{mac}",
    }


async def require_no_key(intruder: Connection) -> None:
    """Try to read the key that signs contexts."""
    try:
        await intruder.fetch("select * from strongroom_guard.context_key")
    except asyncpg.InsufficientPrivilegeError:
        return
    require(False, "the application can read the context key")


@exercise("PATCH /api/v1/organizations/{organization_id}", action="organization.rename")
async def rename(lab: Lab) -> httpx.Response:
    """Give the canary its own name again."""
    async with lab.signed_in("a", "owner") as owner:
        own = (await owner.get("/api/v1/session")).json()
        address = f"/api/v1/organizations/{own['organization_id']}"
        return await owner.patch(address, json={"name": own["organization"]})


@exercise("PATCH /api/v1/members/{account_id}", action="member.change-role")
async def change_role(lab: Lab) -> httpx.Response:
    """Give the viewer the role that it has."""
    viewer = (await lab.canary("a")).people["viewer"]
    async with lab.signed_in("a", "owner") as owner:
        address = f"/api/v1/members/{viewer.account_id}"
        return await owner.patch(address, json={"role": "viewer"})


@exercise("DELETE /api/v1/members/{account_id}", action="member.remove")
async def remove(lab: Lab) -> httpx.Response:
    """Remove a member who came for this alone."""
    async with guest(lab) as owner, guest(lab) as member:
        await add(lab, member.account_id, owner.organization_id)
        return await owner.http.delete(f"/api/v1/members/{member.account_id}")


@exercise("DELETE /api/v1/membership", action="member.leave")
async def leave(lab: Lab) -> httpx.Response:
    """Leave an organization that somebody else owns."""
    async with guest(lab) as owner, guest(lab) as member:
        await add(lab, member.account_id, owner.organization_id)
        there = {"organization_id": str(owner.organization_id)}
        await member.http.post("/api/v1/session/organization", json=there)
        return await member.http.delete("/api/v1/membership")


async def add(lab: Lab, account_id: UUID, organization_id: UUID) -> None:
    """Make somebody a viewer."""
    async with lab.inside.database() as database:
        await database.execute(
            "insert into strongroom.memberships (organization_id, account_id, role)"
            " values ($1, $2, 'viewer')",
            organization_id,
            account_id,
        )
