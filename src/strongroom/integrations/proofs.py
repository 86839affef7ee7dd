"""A shared credential works for everybody who may use it, and is read by nobody.

Canaries keep credentials for the house's own mirror, which says what arrived there: so
it is seen that the right secret travels, while every answer is searched for it.
"""

import json
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import httpx

from strongroom.connectors import speak
from strongroom.egress import Gate
from strongroom.kernel import Secret
from strongroom.lab import (
    Evidence,
    Lab,
    Operation,
    Twin,
    Vantage,
    forms_of,
    proof,
    require,
    require_provable,
    sabotage,
    sweep,
)
from strongroom.vault import KeyOwner, Place, Sealer, Vault

from . import policy
from .models import MIRROR_PATH
from .service import MIRROR


ADDRESS = "/api/v1/integrations"
MIRRORED = MIRROR_PATH

NAMELESS = "{id}"

LETTERS = "GHJKMNPQRSTVWXYZ"
"""Capitals that stand in no identifier and in few words."""


@sabotage("a credential opens in any row", tells="another row")
async def any_row(twin: Twin) -> None:
    """Seal and open every row as if it were the same."""
    seal, open_sealed = Sealer.seal, Sealer.open

    def seal_anywhere(self: Sealer, place: Place, plain: bytes) -> str:
        return seal(self, place._replace(row="any"), plain)

    def open_anywhere(self: Sealer, place: Place, sealed: str) -> bytes:
        return open_sealed(self, place._replace(row="any"), sealed)

    twin.change(Sealer, "seal", seal_anywhere)
    twin.change(Sealer, "open", open_anywhere)


@sabotage("all organizations share one key", tells="another organization")
async def one_key(twin: Twin) -> None:
    """Seal for everybody with the same key."""
    sealer = Vault.sealer

    async def sealer_of_nobody(self: Vault, _: KeyOwner) -> Sealer:
        return await sealer(self, KeyOwner.organization(UUID(int=0)))

    twin.change(Vault, "sealer", sealer_of_nobody)


@sabotage("a credential goes wherever its row says", tells="another host")
async def any_host_of_the_row(twin: Twin) -> None:
    """Bind a secret to nothing but its place."""
    twin.change(policy, "bound", lambda *_: "anything")


@proof(
    "tenancy.integrations",
    vantage=Vantage.INSIDE,
    sabotages=[any_row, one_key, any_host_of_the_row],
)
async def credentials_open_in_their_row_alone(lab: Lab) -> Evidence:
    """Swap ciphertexts between rows and organizations, and the host below one."""
    secret = new_secret()
    async with (
        AsyncExitStack() as opened,
        lab.signed_in("a", "admin") as admin,
        lab.signed_in("b", "admin") as stranger,
        kept(lab, admin, secret) as one,
        kept(lab, stranger) as foreign,
    ):
        await require_opens(lab, admin, one, secret)
        own = [kept(lab, admin, **form) for form in forms(lab)]
        others = [foreign, *[await opened.enter_async_context(each) for each in own]]
        for other in others:
            async with altered(lab, one, "sealed", await sealed(lab, other)):
                told = "a credential opens that was sealed for another row"
                require(await revealed(lab, admin, "a", one) is None, told)
        await require_own(lab, stranger, one)
        async with altered(lab, one, "fields", elsewhere(lab)):
            told = "a credential is opened for another host than it was given for"
            require(await revealed(lab, admin, "a", one) is None, told)
        await require_opens(lab, admin, one, secret)
    moves = [*(f"row {number}" for number, _ in enumerate(others)), "owner", "host"]
    return Evidence(
        population=len(moves),
        positive="the credential opened in its own row, before and after",
        observed={"refused": moves, "kinds": [each["kind"] for each in forms(lab)]},
    )


def forms(lab: Lab) -> list[dict[str, Any]]:
    """Return a credential of each sort that an organization connects."""
    mail = {"host": lab.host, "port": str(lab.port), "tls": "tls"}
    mail |= {"username": "canary", "sender": "canary@strongroom.invalid"}
    crm = {"base_url": lab.url, "username": "canary", "check_path": MIRRORED}
    return [
        form_for(lab, new_secret()),
        {"kind": "whatsapp", "fields": {"phone_number_id": "1"}},
        {"kind": "smtp", "fields": mail},
        {"kind": "http-basic", "fields": crm},
    ]


async def require_opens(
    lab: Lab, admin: httpx.AsyncClient, one: str, secret: str
) -> None:
    """Find a credential sealed in its row, and shown there as it was given."""
    require(secret not in await sealed(lab, one), "a credential lies in the clear")
    found = await revealed(lab, admin, "a", one)
    whole = found is not None and found["secret"] == secret
    require_provable(whole, "a credential does not open in its row")


async def require_own(lab: Lab, stranger: httpx.AsyncClient, one: str) -> None:
    """Give a row to another organization for a moment; it does not open there."""
    theirs = (await lab.canary("b")).id
    async with altered(lab, one, "organization_id", theirs):
        found = await revealed(lab, stranger, "b", one)
    require(
        found is None, "a credential opens that was sealed for another organization"
    )


@sabotage("answers are passed on as they came", tells="/{id}/use")
async def unfiltered(twin: Twin) -> None:
    """Mask nothing in what a host answers."""
    twin.change(speak, "without", lambda content, _: (content, 0))


@sabotage("every list shows the secret", tells="tells a member the secret")
async def telling_list(twin: Twin) -> None:
    """Tell secrets apart by themselves."""
    twin.change(policy, "fingerprint", lambda *given: given[-1].reveal())


@sabotage("credentials are stored as they are", tells="lies in file")
async def plain_text(twin: Twin) -> None:
    """Seal nothing, and open it again."""

    async def seal(*given: Any) -> str:
        return str(given[-1].reveal())

    async def open_plain(*given: Any) -> Secret:
        return Secret(given[-1])

    twin.change(Vault, "seal", seal)
    twin.change(Vault, "open", open_plain)


@sabotage("any host may be reached", tells="egress to collector.invalid")
async def no_gate(twin: Twin) -> None:
    """Let every host pass for a listed one."""
    twin.change(Gate, "require_listed", lambda *_: None)


@proof(
    "vault.use-without-reveal",
    vantage=Vantage.INSIDE,
    sabotages=[unfiltered, telling_list, plain_text, no_gate],
)
async def members_use_and_never_see(lab: Lab) -> Evidence:
    """Use a credential as a member, then look for it in everything that was said."""
    secret = new_secret()
    async with lab.signed_in("a", "admin") as admin, kept(lab, admin, secret) as one:
        async with lab.signed_in("a", "member") as member:
            await require_it_works(lab, member, one, secret)
            answers = await everything_said(lab, member, one)
        for name, answer in answers.items():
            require(not holds(answer, secret), f"{name} tells a member the secret")
        await require_no_way_out(admin, one)
        places = await sweep(lab.inside, secret)
        require_provable(await sweep(lab.inside, one), "the sweep finds no row")
    require(not places, f"a shared credential lies in {', '.join(places)}")
    return Evidence(
        population=len(answers),
        positive="the right secret arrived when a member used it",
        observed={"answers searched": sorted(answers)},
    )


async def require_it_works(
    lab: Lab, member: httpx.AsyncClient, one: str, secret: str
) -> None:
    """See by the mirror's own hash that the right secret arrives."""
    answer = await member.post(f"{ADDRESS}/{one}/use", json=use_of(MIRRORED))
    told = f"a member's use answers {answer.status_code}"
    require_provable(answer.is_success and answer.json()["status"] == 200, told)
    key = lab.inside.keys.derive(MIRROR)
    seal = json.loads(answer.json()["body"])["seal"]
    arrived = seal == policy.mirrored(key, f"Bearer {secret}")
    require_provable(arrived, "another secret arrived than the one that was kept")


async def everything_said(
    lab: Lab, member: httpx.AsyncClient, one: str
) -> dict[str, httpx.Response]:
    """Return what a member is told by every read, every verb, page and error."""
    own = (await lab.canary("a")).people["member"].password
    asked: list[tuple[str, str, Any]] = [
        (each.method.upper(), each.address(one), each.body())
        for each in await lab.operations()
        if not each.writes or is_ours(each)
    ]
    asked += [("GET", f"/console/integrations{end}", None) for end in ("", f"/{one}")]
    asked += [("POST", f"{ADDRESS}/{one}/reveal", {"password": own})]
    for path in (MIRRORED, "/", f"/{uuid4().hex}", "//elsewhere.invalid/", "/%2e%2e/"):
        asked += [("POST", f"{ADDRESS}/{one}/use", use_of(path))]
    html = {"accept": "text/html,application/json"}
    return {
        f"{method} {path.replace(one, NAMELESS)} {number}": await member.request(
            method, path, json=body, headers=html
        )
        for number, (method, path, body) in enumerate(asked)
    }


def is_ours(operation: Operation) -> bool:
    """Say whether an operation is one on integrations."""
    return operation.path.startswith(ADDRESS)


async def require_no_way_out(admin: httpx.AsyncClient, one: str) -> None:
    """Point the credential at hosts that nobody listed; each is refused."""
    for host in ("collector.invalid", "127.0.0.1", "[::1]:9443", "169.254.169.254"):
        change = {
            "name": "canary",
            "fields": {"base_url": f"https://{host}"},
            "secret": new_secret(),
        }
        answer = await admin.patch(f"{ADDRESS}/{one}", json=change)
        code = problem(answer)
        require(code == "egress-refused", f"egress to {host} answers {code}")
    moved = {"name": "canary", "fields": {"base_url": "https://api.openai.com"}}
    answer = await admin.patch(f"{ADDRESS}/{one}", json=moved)
    require(problem(answer) == "secret-needed", "a secret follows to another host")


def holds(answer: httpx.Response, secret: str) -> bool:
    """Say whether an answer holds the whole secret in any form, in body or headers."""
    said = answer.content + json.dumps(answer.headers.multi_items()).encode()
    return any(form in said for form in forms_of(secret))


def new_secret() -> str:
    """Return a secret that occurs nowhere else: 128 bits, none of them hexadecimal."""
    return "".join(secrets.choice(LETTERS) for _ in range(32))


def use_of(path: str) -> dict[str, Any]:
    """Return how a GET of *path* is asked for."""
    return {"verb": "http.request", "arguments": {"method": "GET", "path": path}}


def problem(answer: httpx.Response) -> str:
    """Return the code of a problem, or the status of an answer that is none."""
    if answer.is_success:
        return str(answer.status_code)
    return str(answer.json().get("type", "")).rpartition("/")[2]


def elsewhere(lab: Lab) -> str:
    """Return fields that lead to another host, as a vandal would write them."""
    own = urlsplit(lab.url).netloc
    return json.dumps({"base_url": f"https://not-{own}", "check_path": MIRRORED})


def form_for(lab: Lab, secret: str) -> dict[str, Any]:
    """Return a credential for the house's own mirror."""
    return {
        "kind": "http-bearer",
        "name": "canary",
        "secret": secret,
        "fields": {"base_url": lab.url, "check_path": MIRRORED},
    }


@asynccontextmanager
async def kept(
    lab: Lab, admin: httpx.AsyncClient, secret: str | None = None, **more: Any
) -> AsyncIterator[str]:
    """Have the house keep a credential for as long as the context is open."""
    form = form_for(lab, secret or new_secret()) | more
    answer = await admin.post(ADDRESS, json=form)
    told = f"keeping a credential answers {answer.status_code} {problem(answer)}"
    require_provable(answer.is_success, told)
    one = str(answer.json()["id"])
    try:
        yield one
    finally:
        await forget(lab, one)


async def forget(lab: Lab, one: str) -> None:
    """Delete a canary's row for good; its audit entries stay."""
    async with lab.inside.database() as database:
        await database.execute("delete from strongroom.integrations where id = $1", one)


async def sealed(lab: Lab, one: str) -> str:
    """Return the secret as it lies in the table."""
    query = "select sealed from strongroom.integrations where id = $1"
    async with lab.inside.database() as database:
        return str(await database.fetchval(query, one))


@asynccontextmanager
async def altered(lab: Lab, one: str, column: str, value: Any) -> AsyncIterator[None]:
    """Have another value in one column for as long as the context is open."""
    # lint: sql-format, because the columns are named in this file.
    look = f"select {column} from strongroom.integrations where id = $1"
    # lint: sql-format, because the columns are named in this file.
    write = f"update strongroom.integrations set {column} = $2 where id = $1"
    async with lab.inside.database() as database:
        before = await database.fetchval(look, one)
        await database.execute(write, one, value)
        try:
            yield
        finally:
            await database.execute(write, one, before)


async def revealed(
    lab: Lab, admin: httpx.AsyncClient, name: Any, one: str
) -> Mapping[str, Any] | None:
    """Return the secret as an administrator is shown it, or None if it stays shut."""
    password = (await lab.canary(name)).people["admin"].password
    answer = await admin.post(f"{ADDRESS}/{one}/reveal", json={"password": password})
    if answer.is_success:
        found: Mapping[str, Any] = answer.json()
        return found
    shut = {"seal-broken", "secret-elsewhere", "key-destroyed"}
    told = f"asking for it answers {problem(answer)}"
    require_provable(problem(answer) in shut, told)
    return None
