"""Two standing canary organizations, with a person in each role.

They let inside proofs run safely in production: what a proof does, it does as a
canary and to a canary. Their addresses end in ``.invalid``, so no mail can leave
for them; their passwords derive from the root key, so none is stored.
"""

import asyncio
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

import httpx

from .errors import Unprovable, require_provable
from .inside import Inside
from .passer import Passer, mailed_token, sign_up


Name = Literal["a", "b"]
ROLES = ("owner", "admin", "auditor", "member", "viewer")


@dataclass(frozen=True, slots=True)
class CanaryPerson:
    """A canary who can sign in."""

    account_id: UUID
    email: str
    password: str
    role: str


@dataclass(frozen=True, slots=True)
class CanaryOrganization:
    """A canary tenant and its people by role."""

    id: UUID
    people: dict[str, CanaryPerson]


class Canaries:
    """Finds the canaries of one target, or signs them up as anybody would."""

    def __init__(self, http: httpx.AsyncClient, inside: Inside) -> None:
        """Sign up over *http*; read the mail and add members *inside*."""
        self._http, self._inside = http, inside
        self._known: dict[Name, CanaryOrganization] = {}
        self._one_at_a_time = asyncio.Lock()

    async def organization(self, name: Name) -> CanaryOrganization:
        """Return canary organization *name*, made when it does not exist yet."""
        async with self._one_at_a_time:
            if name not in self._known:
                self._known[name] = await self._find_or_make(name)
            return self._known[name]

    async def sign_in(self, http: httpx.AsyncClient, person: CanaryPerson) -> None:
        """Give *http* a session of *person*.

        Raises:
            Unprovable: the canary cannot sign in, so nothing can be tried as it.

        """
        answer = await self._try(http, person)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            # A proof that was cut short may have left another password behind.
            await self._heal(person)
            answer = await self._try(http, person)
        require_provable(
            answer.status_code == httpx.codes.CREATED,
            f"the {person.role} canary cannot sign in: {answer.status_code}",
        )

    def person(self, name: Name, role: str, account_id: UUID) -> CanaryPerson:
        """Return who holds *role* in canary organization *name*."""
        email = f"canary-{name}-{role}@strongroom.invalid"
        return CanaryPerson(account_id, email, self._password(name), role)

    async def _try(
        self, http: httpx.AsyncClient, person: CanaryPerson
    ) -> httpx.Response:
        credentials = {"email": person.email, "password": person.password}
        return await http.post("/api/v1/sessions", json=credentials)

    async def _heal(self, person: CanaryPerson) -> None:
        """Give the person the owner's verifier again: they share a password."""
        async with self._inside.database() as database:
            await database.execute(
                """
                update strongroom.password_verifiers v set verifier = boss.verifier
                  from strongroom.password_verifiers boss
                  join strongroom.accounts a on a.id = boss.account_id
                 where v.account_id = $1 and a.email = $2
                """,
                person.account_id,
                f"{person.email.rsplit('-', 1)[0]}-owner@strongroom.invalid",
            )

    def _password(self, name: Name) -> str:
        return self._inside.keys.derive(f"canary {name}").hex()

    async def _find_or_make(self, name: Name) -> CanaryOrganization:
        found = await self._find(name)
        if found is None:
            await self._sign_up(name)
        if found is None or set(found.people) != set(ROLES):
            await self._add_members(name)
            found = await self._find(name)
        if found is None:
            message = "the canary organizations cannot be made"
            raise Unprovable(message)
        return found

    async def _find(self, name: Name) -> CanaryOrganization | None:
        async with self._inside.database() as database:
            rows = await database.fetch(
                """
                select m.organization_id, m.account_id, m.role
                  from strongroom.memberships m
                  join strongroom.accounts a on a.id = m.account_id
                 where a.email like $1
                """,
                f"canary-{name}-%@strongroom.invalid",
            )
        people = {
            row["role"]: self.person(name, row["role"], row["account_id"])
            for row in rows
        }
        if not people:
            return None
        return CanaryOrganization(rows[0]["organization_id"], people)

    async def _sign_up(self, name: Name) -> None:
        boss = Passer(
            f"canary-{name}-owner@strongroom.invalid",
            self._password(name),
            f"Canary {name.upper()}",
        )
        asked = await sign_up(self._http, boss)
        require_provable(asked.is_success, f"sign-up answers {asked.status_code}")
        token = await mailed_token(self._inside, boss.email)
        form = {"token": token, "password": boss.password}
        answer = await self._http.post("/api/v1/accounts/verify", json=form)
        self._http.cookies.clear()
        require_provable(answer.is_success, f"verify answers {answer.status_code}")

    async def _add_members(self, name: Name) -> None:
        """Give the owner's organization its other members, with the same password.

        They are written as the schema's owner: nobody reads mail for so many.
        """
        async with self._inside.database() as database, database.transaction():
            for role in ROLES[1:]:
                await database.execute(
                    """
                    with boss as (
                        select a.id, m.organization_id, v.verifier
                          from strongroom.accounts a
                          join strongroom.memberships m on m.account_id = a.id
                          join strongroom.password_verifiers v on v.account_id = a.id
                         where a.email = $1
                    ), person as (
                        insert into strongroom.accounts (id, email)
                        values (gen_random_uuid(), $2)
                            on conflict do nothing returning id
                    ), verifier as (
                        insert into strongroom.password_verifiers (account_id, verifier)
                        select person.id, boss.verifier from person, boss
                    )
                    insert into strongroom.memberships
                        (organization_id, account_id, role)
                    select boss.organization_id, person.id, $3 from person, boss
                    """,
                    f"canary-{name}-owner@strongroom.invalid",
                    f"canary-{name}-{role}@strongroom.invalid",
                    role,
                )
