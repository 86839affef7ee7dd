"""Guessing and floods end at a budget, before a password is hashed, and not the owner.

Whoever comes in these proofs comes from an address that the socket really has.
"""

import asyncio
import secrets
from contextlib import suppress
from typing import Any
from uuid import UUID

import httpx

from strongroom.crypto import Argon2id
from strongroom.kernel import Budget, Refusal
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

from . import policy, store
from .service import Limits


SIGN_IN = "/api/v1/sessions"
LIMITED = httpx.codes.TOO_MANY_REQUESTS
LIES = ("203.0.113.9", "a", "127.0.0.1, 203.0.113.9", "2001:db8::9")
MANY_VISITORS = "only on the server's own machine can one prover be many visitors"

FORGOTTEN = "organization.rename"

OLD = Argon2id(memory_kib=19_456, iterations=1, parallelism=1)
"""Less work than any profile asks for: whoever looks at a right password under such a
verifier makes it anew, and so leaves a trace."""


@sabotage("no limit refuses", tells="are let through")
async def an_open_gate(twin: Twin) -> None:
    """Count nothing, and let everybody pass."""

    async def spend(_: Any, keys: list[bytes], *__: Any) -> dict[bytes, float]:
        return dict.fromkeys(keys, 0.0)

    async def spend_in_turn(*_: Any) -> list[float]:
        return [0.0, 0.0]

    twin.change(store, "spend", spend)
    twin.change(store, "spend_in_turn", spend_in_turn)


@sabotage("whoever names an address is believed", tells="spoofed")
async def a_gate_that_believes(twin: Twin) -> None:
    """Take X-Forwarded-For from anybody."""
    app = twin.edge.app

    async def believing(scope: Any, receive: Any, send: Any) -> None:
        told = dict(scope["headers"]).get(b"x-forwarded-for")
        if told:
            origin = scope["strongroom.origin"]
            scope["strongroom.origin"] = type(origin)(told.decode())
        await app(scope, receive, send)

    twin.change(twin.edge, "app", believing)


@sabotage("the password is hashed before the budget is asked", tells="was hashed")
async def hashed_first(twin: Twin) -> None:
    """Do the work, and then say that it was too much."""
    room = twin.room
    sign_in = type(room.signin).sign_in

    async def late(self: Any, credentials: Any, origin: Any) -> Any:
        account = await room.accounts.find(credentials.email)
        if account is not None:
            with suppress(Refusal):
                await room.passwords.prove(account.id, credentials.password)
        return await sign_in(self, credentials, origin)

    twin.change(type(room.signin), "sign_in", late)


@sabotage("spellings of an address are counted apart", tells="another spelling")
async def spelled_apart(twin: Twin) -> None:
    """Take an address as it was typed."""
    twin.change(policy, "subject_of", lambda email: email)


@sabotage("a known device is not known again", tells="owner is locked out")
async def a_forgetful_gate(twin: Twin) -> None:
    """Let strangers use the owner's budget up."""
    twin.change(policy, "find_device", lambda *_: None)


@sabotage("one endpoint is forgotten", tells="has no budget")
async def a_forgotten_endpoint(twin: Twin) -> None:
    """Count everything but one."""
    admit = Limits.admit_write

    async def admit_most(self: Limits, action: str, *more: Any) -> Any:
        return [] if action == FORGOTTEN else await admit(self, action, *more)

    twin.change(Limits, "admit_write", admit_most)


@proof(
    "edge.rate-limits",
    vantage=Vantage.INSIDE,
    sabotages=[
        an_open_gate,
        a_gate_that_believes,
        hashed_first,
        spelled_apart,
        a_forgetful_gate,
        a_forgotten_endpoint,
    ],
)
async def guessing_ends_before_a_hash(
    lab: Lab, guesses: str, sign_ins: str
) -> Evidence:
    """Guess from many addresses at one account, and from one address at many."""
    require_provable(lab.is_local, MANY_VISITORS)
    one, many = Budget.parse(guesses), Budget.parse(sign_ins)
    async with guest(lab) as owner, lab.stranger() as device:
        signed_in = await try_password(device, owner.email, owner.password)
        require_provable(signed_in.is_success, "the owner cannot sign in")
        answers = await require_account_budget(lab, owner, one)
        before = await make_old(lab, owner)
        await require_no_hash(lab, owner, before)
        again = await try_password(device, owner.email, owner.password)
        require(again.is_success, "the owner is locked out by strangers")
        traced = await verifier_of(lab, owner.account_id) != before
        require_provable(traced, "a password that is looked at leaves no trace")
    tried = await require_address_budget(lab, many)
    endpoints = await require_every_budget(lab)
    return Evidence(
        population=len(answers) + tried + endpoints,
        positive="the owner signs in before and during the attack",
        observed={
            "let through": one.quota,
            "refused with": headers_of(refusals_in(answers)[0]),
            "endpoints with a budget": endpoints,
        },
    )


async def try_password(
    device: httpx.AsyncClient, email: str, password: str
) -> httpx.Response:
    """Return how one sign-in is answered."""
    return await device.post(SIGN_IN, json={"email": email, "password": password})


async def require_account_budget(
    lab: Lab, owner: Guest, one: Budget
) -> list[httpx.Response]:
    """Accept that exactly the budget passes, of more guesses at the same moment."""
    tries = [guess(lab, owner.email) for _ in range(one.quota + 3)]
    answers = await asyncio.gather(*tries)
    passed = sum(each.status_code == httpx.codes.UNAUTHORIZED for each in answers)
    require(passed == one.quota, f"{passed} guesses are let through, not {one.quota}")
    for spelling in (owner.email.upper(), f" {owner.email} "):
        code = (await guess(lab, spelling)).status_code
        require(code == LIMITED, f"another spelling is answered {code}")
    refused = refusals_in(answers)
    require(len(refused) == len(answers) - passed, "a guess is refused otherwise")
    for each in refused:
        headers_of(each)
    return answers


def refusals_in(answers: list[httpx.Response]) -> list[httpx.Response]:
    """Return the answers that say to come later."""
    return [each for each in answers if each.status_code == LIMITED]


async def guess(lab: Lab, email: str) -> httpx.Response:
    """Guess once, as somebody whom nobody has seen, from an address of its own."""
    async with lab.stranger() as stranger:
        return await try_password(stranger, email, secrets.token_hex(16))


def headers_of(answer: httpx.Response) -> dict[str, str]:
    """Return the headers that tell a client how to behave, all of them there."""
    names = ("ratelimit-policy", "ratelimit", "retry-after")
    missing = [name for name in names if name not in answer.headers]
    require(not missing, f"a refusal has no {', '.join(missing)}")
    wait = int(answer.headers["retry-after"])
    require(wait > 0, "a refusal says to try again at once")
    return {name: answer.headers[name] for name in names}


async def make_old(lab: Lab, owner: Guest) -> str:
    """Give the owner a verifier as earlier rules would have left it, and return it."""
    pepper = lab.inside.keys.derive("password pepper")
    old = await asyncio.to_thread(OLD.hash, owner.password, pepper)
    async with lab.inside.database() as database:
        await database.execute(
            "update strongroom.password_verifiers set verifier = $2"
            " where account_id = $1",
            owner.account_id,
            old,
        )
    return old


async def require_no_hash(lab: Lab, owner: Guest, before: str) -> None:
    """Offer the right password past the budget; nobody looks at it.

    A trace tells, and no clock, which a busy machine would mislead.
    """
    async with lab.stranger() as stranger:
        answer = await try_password(stranger, owner.email, owner.password)
    looked = await verifier_of(lab, owner.account_id) != before
    require(not looked, "past the budget a password was hashed: it is hashed anew")
    told = f"past the budget the right password answers {answer.status_code}"
    require(answer.status_code == LIMITED, told)


async def verifier_of(lab: Lab, account_id: UUID) -> str:
    """Return the verifier that is stored for an account."""
    query = "select verifier from strongroom.password_verifiers where account_id = $1"
    async with lab.inside.database() as database:
        return str(await database.fetchval(query, account_id))


async def require_address_budget(lab: Lab, many: Budget) -> int:
    """Use one address's budget up, and lie about the address; return the tries.

    The bodies are no JSON: they are counted before they are read, and cost no hash.
    """
    async with lab.stranger() as stranger:
        codes = [await malformed(stranger) for _ in range(many.quota + 5)]
        passed = sum(code != LIMITED for code in codes)
        told = f"{passed} of one address are let through, not {many.quota}"
        require(many.quota <= passed <= many.quota + 2, told)
        for lie in LIES:
            code = await malformed(stranger, **{"x-forwarded-for": lie})
            require(code == LIMITED, f"with a spoofed address it answers {code}")
        other = await stranger.get("/sign-in")
        require(other.is_success, "another endpoint is closed too")
    async with lab.stranger() as neighbour:
        code = await malformed(neighbour)
        require(code != LIMITED, "another address is refused too")
    return len(codes) + len(LIES)


async def require_every_budget(lab: Lab) -> int:
    """Ask every endpoint that changes something, as a stranger; each has a budget.

    Whoever is nobody changes nothing, and is counted all the same.
    """
    writes = [each for each in await lab.operations() if each.writes]
    async with lab.stranger() as stranger:
        for each in writes:
            answer = await stranger.request(each.method.upper(), each.address())
            budget = "ratelimit-policy" in answer.headers
            require(budget, f"{each.name} has no budget: {answer.status_code}")
    require_provable(writes, "no endpoint is described")
    return len(writes)


async def malformed(stranger: httpx.AsyncClient, **headers: str) -> int:
    """Return how a sign-in that is no JSON is answered."""
    sent = {"content-type": "application/json", **headers}
    return (await stranger.post(SIGN_IN, content=b"{", headers=sent)).status_code
