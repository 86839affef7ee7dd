"""Guessing and floods end at a budget, before a password is hashed, and not the owner.

Whoever comes in these proofs comes from an address that the socket really has.
"""

import asyncio
import secrets
import time
from contextlib import suppress
from typing import Any

import httpx

from strongroom.crypto import Argon2id
from strongroom.kernel import Budget, Refusal, Secret
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

SLOW = Argon2id(memory_kib=19_456, iterations=24, parallelism=1)
"""A verifier that takes a quarter of a second, so that a hash cannot hide."""


@sabotage("no limit refuses", tells="are let through")
async def an_open_gate(twin: Twin) -> None:
    """Count, and let everybody pass."""

    async def spend(*_: Any) -> float:
        return 0.0

    twin.change(store, "spend", spend)


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
    admit_guess = Limits.admit_guess
    passwords, accounts = twin.room.passwords, twin.room.accounts

    async def late(self: Limits, email: str, device: str | None) -> Any:
        account = await accounts.find(email)
        if account is not None:
            with suppress(Refusal):
                await passwords.prove(account.id, Secret("wrong"))
        return await admit_guess(self, email, device)

    twin.change(Limits, "admit_guess", late)


@sabotage("spellings of an address are counted apart", tells="another spelling")
async def spelled_apart(twin: Twin) -> None:
    """Take an address as it was typed."""
    twin.change(policy, "subject_of", lambda email: email)


@sabotage("a known device is not known again", tells="owner is locked out")
async def a_forgetful_gate(twin: Twin) -> None:
    """Let strangers use the owner's budget up."""
    twin.change(policy, "find_device", lambda *_: None)


@proof(
    "edge.rate-limits",
    vantage=Vantage.INSIDE,
    sabotages=[
        an_open_gate,
        a_gate_that_believes,
        hashed_first,
        spelled_apart,
        a_forgetful_gate,
    ],
)
async def guessing_ends_before_a_hash(
    lab: Lab, guesses: str, sign_ins: str
) -> Evidence:
    """Guess from many addresses at one account, and from one address at many."""
    one, many = Budget.parse(guesses), Budget.parse(sign_ins)
    async with guest(lab) as owner, lab.stranger() as device:
        signed_in = await try_password(device, owner.email, owner.password)
        require_provable(signed_in.is_success, "the owner cannot sign in")
        refused = await require_account_budget(lab, owner, one)
        await require_no_hash(lab, owner)
        again = await try_password(device, owner.email, owner.password)
        require(again.is_success, "the owner is locked out by strangers")
    await require_address_budget(lab, many)
    return Evidence(
        population=one.quota + many.quota,
        positive="the owner signs in before and during the attack",
        observed={"let through": one.quota, "refused with": dict(headers_of(refused))},
    )


async def try_password(
    device: httpx.AsyncClient, email: str, password: str
) -> httpx.Response:
    """Return how one sign-in is answered."""
    return await device.post(SIGN_IN, json={"email": email, "password": password})


async def require_account_budget(lab: Lab, owner: Guest, one: Budget) -> httpx.Response:
    """Accept that exactly the budget passes, of more guesses at the same moment."""
    tries = [guess(lab, owner.email) for _ in range(one.quota + 3)]
    answers = await asyncio.gather(*tries)
    passed = sum(each.status_code == httpx.codes.UNAUTHORIZED for each in answers)
    require(passed == one.quota, f"{passed} guesses are let through, not {one.quota}")
    for spelling in (owner.email.upper(), f" {owner.email} "):
        code = (await guess(lab, spelling)).status_code
        require(code == LIMITED, f"another spelling is answered {code}")
    refused = next(each for each in answers if each.status_code == LIMITED)
    headers_of(refused)
    return refused


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


async def require_no_hash(lab: Lab, owner: Guest) -> None:
    """Time refusals for an account whose password takes long, in turns with its hash.

    The shortest of each count: a busy machine adds time, and never takes any away.
    """
    pepper = lab.inside.keys.derive("password pepper")
    async with lab.inside.database() as database:
        await database.execute(
            "update strongroom.password_verifiers set verifier = $2"
            " where account_id = $1",
            owner.account_id,
            SLOW.hash(owner.password, pepper),
        )
    hashes, refusals = [], []
    for _ in range(3):
        started = time.perf_counter()
        await asyncio.to_thread(SLOW.hash, owner.password, pepper)
        hashes.append(time.perf_counter() - started)
        refusals.append(await time_refusal(lab, owner.email))
    told = f"refusing took {min(refusals):.2f} s, and a hash {min(hashes):.2f} s"
    require(min(refusals) < min(hashes) / 2, f"a password was hashed: {told}")


async def time_refusal(lab: Lab, email: str) -> float:
    """Return how many seconds a refusal takes on an open connection."""
    async with lab.stranger() as stranger:
        await stranger.get("/healthz")
        started = time.perf_counter()
        answer = await try_password(stranger, email, "wrong")
        require(answer.status_code == LIMITED, f"it answers {answer.status_code}")
        return time.perf_counter() - started


async def require_address_budget(lab: Lab, many: Budget) -> None:
    """Use one address's budget up, and lie about the address.

    The bodies are no JSON: they are counted before they are read, and cost no hash.
    """
    async with lab.stranger() as stranger:
        codes = [await malformed(stranger) for _ in range(many.quota + 5)]
        passed = sum(code != LIMITED for code in codes)
        told = f"{passed} of one address are let through, not {many.quota}"
        require(many.quota <= passed <= many.quota + 2, told)
        for lie in ("203.0.113.9", "a", "127.0.0.1, 203.0.113.9", "2001:db8::9"):
            code = await malformed(stranger, **{"x-forwarded-for": lie})
            require(code == LIMITED, f"with a spoofed address it answers {code}")
        other = await stranger.get("/sign-in")
        require(other.is_success, "another endpoint is closed too")
    async with lab.stranger() as neighbour:
        code = await malformed(neighbour)
        require(code != LIMITED, "another address is refused too")


async def malformed(stranger: httpx.AsyncClient, **headers: str) -> int:
    """Return how a sign-in that is no JSON is answered."""
    sent = {"content-type": "application/json", **headers}
    return (await stranger.post(SIGN_IN, content=b"{", headers=sent)).status_code
