"""A program's call reaches one organization: the key's, the header's and the path's.

Every call here is tried against an address that has no handler as well. Where one is
refused as a mismatch there, no handler can have run.
"""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx

from strongroom.lab import (
    Evidence,
    Guest,
    Lab,
    Twin,
    Vantage,
    guest,
    proof,
    require,
    require_provable,
    sabotage,
)
from strongroom.tokens import ApiKeys

from . import gateway, session


Headers = list[tuple[str, str]]


@sabotage("the header is not compared", tells="another organization's header")
async def careless(twin: Twin) -> None:
    """Let every call through the gateway."""

    def nothing(*_: Any, **__: Any) -> None:
        return None

    twin.change(session, "gateway_refusal", nothing)


@sabotage("the path is not compared", tells="another organization's path")
async def pathless(twin: Twin) -> None:
    """Look at headers alone."""
    twin.change(gateway, "_OF_AN_ORGANIZATION", re.compile(r"(?!)"))


@sabotage("who holds a key is remembered", tells="removed member")
async def forgetless(twin: Twin) -> None:
    """Keep what a look-up has said once."""
    find, known = ApiKeys.find, dict[str, Any]()

    async def find_once(self: ApiKeys, token: str) -> Any:
        found = await find(self, token)
        return known.setdefault(token, found) if found else known.get(token)

    twin.change(ApiKeys, "find", find_once)


@dataclass(frozen=True, slots=True)
class Program:
    """A program with a key of its own, and the organizations of its attempts."""

    http: httpx.AsyncClient
    bearer: str
    own: UUID
    other: UUID

    async def read(self, path_of: UUID | str, headers: Headers) -> httpx.Response:
        """Ask for an organization."""
        return await self._call("GET", f"/api/v1/organizations/{path_of}", headers)

    async def read_nothing(self, headers: Headers) -> httpx.Response:
        """Ask for what has no handler."""
        return await self._call("GET", f"/api/v1/{uuid4()}", headers)

    async def rename(self, path_of: UUID | str, headers: Headers) -> httpx.Response:
        """Try to change an organization's name."""
        return await self._call("PATCH", f"/api/v1/organizations/{path_of}", headers)

    def naming(self, *values: str) -> Headers:
        """Return the headers of a call that names these organizations."""
        bearer = ("authorization", f"Bearer {self.bearer}")
        return [bearer, *(("x-organization-id", each) for each in values)]

    async def _call(self, method: str, path: str, headers: Headers) -> httpx.Response:
        body = {"name": "taken over"} if method == "PATCH" else None
        return await self.http.request(method, path, headers=headers, json=body)


@proof(
    "tenancy.gateway",
    vantage=Vantage.INSIDE,
    sabotages=[careless, pathless, forgetless],
)
async def a_call_names_its_organization(lab: Lab) -> Evidence:
    """Key, header and path agree, or the call is refused before any handler."""
    other = await lab.canary("b")
    async with guest(lab) as maker, program_of(lab, maker, other.id) as program:
        positive = await program.read(program.own, program.naming(str(program.own)))
        works = f"a matching call answers {positive.status_code}"
        require_provable(positive.is_success, works)
        tried = await require_refused_headers(program)
        tried += await require_refused_paths(program)
        tried += await require_one_credential(program, maker)
        named = (
            await program.read(program.own, program.naming(str(program.own)))
        ).json()
        require(named["name"] == positive.json()["name"], "a refused call has written")
        await require_gone_with_member(lab, program, maker)
    return Evidence(population=tried + 1, positive=works, observed={"refused": tried})


@asynccontextmanager
async def program_of(lab: Lab, maker: Guest, other: UUID) -> AsyncIterator[Program]:
    """Lend a program that acts for *maker*."""
    scopes = ["organization.read", "organization.rename"]
    wanted = {"name": "canary", "scopes": scopes, "days": 1}
    made = await maker.http.post("/api/v1/api-keys", json=wanted)
    require_provable(made.is_success, f"no key is made: {made.status_code}")
    async with lab.stranger() as http:
        yield Program(http, made.json()["key"], maker.organization_id, other)


def mismatched(program: Program) -> Mapping[str, tuple[str, ...]]:
    """Return what X-Organization-Id may say wrongly, by what that is."""
    own, other = str(program.own), str(program.other)
    return {
        "another organization's header": (other,),
        "an unknown organization": (str(uuid4()),),
        "the same one twice": (own, own),
        "one's own and another": (own, other),
        "another and one's own": (other, own),
        "a list": (f"{own}, {other}",),
        "a list of one": (f"{own},",),
        "upper case": (own.upper(),),
        "braces": (f"{{{own}}}",),
        "no hyphens": (program.own.hex,),
        "a URN": (f"urn:uuid:{own}",),
        "a wildcard": ("*",),
        "nothing": ("",),
        "quotes": (f'"{own}"',),
    }


async def require_refused_headers(program: Program) -> int:
    """Name every wrong organization, on a read, a write and where no handler is."""
    for what, values in mismatched(program).items():
        headers = program.naming(*values)
        for answer in (
            await program.read(program.own, headers),
            await program.rename(program.own, headers),
            await program.read_nothing(headers),
        ):
            require_code(answer, "organization-mismatch", what)
    answer = await program.read_nothing(program.naming())
    require_code(answer, "organization-missing", "no header")
    return 3 * len(mismatched(program)) + 1


async def require_refused_paths(program: Program) -> int:
    """Go to another organization's path, or to one's own in another spelling."""
    headers, own = program.naming(str(program.own)), str(program.own)
    paths: dict[str, UUID | str] = {
        "another organization's path": program.other,
        "below another organization's path": f"{program.other}/{uuid4()}",
        "a path in upper case": own.upper(),
        "a path without hyphens": program.own.hex,
    }
    for what, path in paths.items():
        code = "organization-mismatch"
        require_code(await program.read(path, headers), code, what)
        require_code(await program.rename(path, headers), code, what)
    return 2 * len(paths)


async def require_one_credential(program: Program, maker: Guest) -> int:
    """Send two bearers, or a bearer beside a browser's session."""
    headers = program.naming(str(program.own))
    twice = await program.read(program.own, [headers[0], *headers])
    require_code(twice, "ambiguous-session", "two bearers")
    address = f"/api/v1/organizations/{program.own}"
    both = await maker.http.get(address, headers=headers)
    require_code(both, "ambiguous-session", "a cookie beside a bearer")
    return 2


async def require_gone_with_member(lab: Lab, program: Program, maker: Guest) -> None:
    """Remove the maker from the organization; the next call is refused."""
    async with lab.inside.database() as database:
        await database.execute(
            "delete from strongroom.memberships where account_id = $1",
            maker.account_id,
        )
    answer = await program.read(program.own, program.naming(str(program.own)))
    require_code(answer, "invalid-token", "the key of a removed member")


def require_code(answer: httpx.Response, code: str, what: str) -> None:
    """Insist that *answer* is the refusal *code*."""
    kind = answer.headers.get("content-type", "")
    told = answer.json().get("type", "") if "json" in kind else ""
    words = f"{what}: {answer.status_code} instead of {code}"
    require(answer.is_error and told == f"/problems/{code}", words)
