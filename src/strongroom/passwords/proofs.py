"""Passwords are hashed as stated, chosen under the rules, and found nowhere."""

import asyncio
import logging
import secrets
from dataclasses import replace
from typing import Any

import httpx

from strongroom.crypto import (
    Argon2id,
    Bcrypt,
    Scheme,
    UnknownVerifier,
    VerifierParameters,
    hashing,
    parse,
)
from strongroom.lab import (
    Contradicted,
    Evidence,
    Lab,
    Passer,
    Twin,
    Vantage,
    forget,
    mailed_token,
    mint,
    new_passer,
    proof,
    require,
    require_provable,
    sabotage,
    sign_up,
    sweep,
)

from . import service, store


VERIFY = "/api/v1/accounts/verify"
SIGN_IN = "/api/v1/sessions"
BCRYPT_BYTES = 72
"""Where plain bcrypt cuts a password off."""


@sabotage("one password is hashed with bcrypt at cost 4", tells="bcrypt")
async def a_weak_verifier(twin: Twin) -> None:
    """Seed what an old import would leave behind."""
    weak = Bcrypt(4).hash("a canary's password", b"\0" * 32)
    await twin.sql(
        # lint: sql-format, because a sabotage's SQL takes no parameters.
        "insert into strongroom.sign_ups (id, email, verifier, organization_name)"
        f" values (gen_random_uuid(), 'weak@strongroom.invalid', '{weak}', 'Canary')",
        undo="delete from strongroom.sign_ups where email = 'weak@strongroom.invalid'",
    )


@sabotage("long passwords are cut off", tells="another ending")
async def a_short_memory(twin: Twin) -> None:
    """Keep only what plain bcrypt would."""
    keyed = hashing._keyed  # noqa: SLF001

    def keyed_start(password: str, pepper: bytes) -> bytes:
        return keyed(password[:BCRYPT_BYTES], pepper)

    twin.change(hashing, "_keyed", keyed_start)


@proof(
    "passwords.hash",
    vantage=Vantage.INSIDE,
    sabotages=[a_weak_verifier, a_short_memory],
)
async def every_verifier_is_strong(lab: Lab, algorithm: str, **work: int) -> Evidence:
    """Read every stored verifier, and sign in with a long password's wrong ending."""
    await lab.canary("a")
    verifiers = await stored_verifiers(lab)
    require_provable(verifiers, "no password is stored")
    for verifier in verifiers:
        require_as_stated(verifier, algorithm, work)
    await require_whole_password(lab)
    return Evidence(
        population=len(verifiers),
        positive="a canary signs in with its password",
        observed={"verifiers": len(verifiers), "algorithm": algorithm, **work},
    )


async def stored_verifiers(lab: Lab) -> list[str]:
    """Return every verifier in the database, also of sign-ups not yet confirmed."""
    async with lab.inside.database() as database:
        rows = await database.fetch(
            "select verifier from strongroom.password_verifiers"
            " union all select verifier from strongroom.sign_ups"
        )
    return [row["verifier"] for row in rows]


def require_as_stated(verifier: str, algorithm: str, work: dict[str, int]) -> None:
    """Accept a verifier that says it took the stated work."""
    try:
        found = parse(verifier)
    except UnknownVerifier:
        message = "a stored password is in no format of ours"
        raise Contradicted(message) from None
    said = f"{found.algorithm} {dict(found.parameters)}"
    require(found.algorithm == algorithm, f"a stored password is hashed by {said}")
    require(dict(found.parameters) == work, f"a stored password is hashed by {said}")


async def require_whole_password(lab: Lab) -> None:
    """Confirm a sign-up with its long password's first bytes and another ending."""
    start = secrets.token_hex(BCRYPT_BYTES // 2)
    passer = new_passer(f"{start} and so on to its end")
    try:
        asked = await sign_up(lab.http, passer)
        require_provable(asked.is_success, f"sign-up answers {asked.status_code}")
        form = {"token": await mailed_token(lab.inside, passer.email)}
        cut = await lab.http.post(VERIFY, json={**form, "password": f"{start} or not"})
        require(not cut.is_success, "a password with another ending was accepted")
        form["password"] = passer.password
        whole = await lab.http.post(VERIFY, json=form)
        require_provable(whole.is_success, f"the right one answers {whole.status_code}")
    finally:
        await forget(lab.inside, passer.email)


@sabotage("old verifiers are left as they are", tells="still hashed by bcrypt")
async def left_alone(twin: Twin) -> None:
    """Find every verifier good enough."""
    twin.change(service, "needs_rehash", lambda *_: False)


@sabotage("the new verifier is never written", tells="still hashed by bcrypt")
async def hashed_in_vain(twin: Twin) -> None:
    """Do the work and forget to keep it."""

    async def upgrade(*_: Any) -> None:
        return

    twin.change(store, "upgrade", upgrade)


OLD_SCHEMES = (Bcrypt(10), Argon2id(memory_kib=12288, iterations=3, parallelism=1))
"""What earlier rules may have left: another algorithm, and other work of the same."""


@proof(
    "passwords.rehash",
    vantage=Vantage.INSIDE,
    sabotages=[left_alone, hashed_in_vain],
)
async def old_verifiers_are_made_anew(lab: Lab) -> Evidence:
    """Give somebody an older verifier, sign in, and find the present rules' one."""
    passer = new_passer(secrets.token_hex(16))
    try:
        wanted = await stated_at_sign_up(lab, passer)
        for scheme in OLD_SCHEMES:
            await set_verifier(lab, passer, scheme)
            answer = await sign_in(lab, passer)
            require(
                answer.is_success, f"an older verifier answers {answer.status_code}"
            )
            found = parse(await verifier_of(lab, passer))
            told = f"after a sign-in, a password is still hashed by {found.algorithm}"
            require(found == wanted, f"{told} {dict(found.parameters)}")
        again = await sign_in(lab, passer)
        require(again.is_success, "the new verifier does not know the password")
    finally:
        await forget(lab.inside, passer.email)
    return Evidence(
        population=len(OLD_SCHEMES),
        positive="the owner signs in with each older verifier, and after it",
        observed={"from": [str(each.parameters) for each in OLD_SCHEMES]},
    )


async def stated_at_sign_up(lab: Lab, passer: Passer) -> VerifierParameters:
    """Sign *passer* up and return what the present rules made of the password."""
    asked = await sign_up(lab.http, passer)
    require_provable(asked.is_success, f"sign-up answers {asked.status_code}")
    form = {"token": await mailed_token(lab.inside, passer.email)}
    made = await lab.http.post(VERIFY, json={**form, "password": passer.password})
    require_provable(made.is_success, f"verify answers {made.status_code}")
    return parse(await verifier_of(lab, passer))


async def verifier_of(lab: Lab, passer: Passer) -> str:
    """Return the verifier that is stored for *passer*."""
    async with lab.inside.database() as database:
        return str(
            await database.fetchval(
                "select v.verifier from strongroom.password_verifiers v"
                " join strongroom.accounts a on a.id = v.account_id where a.email = $1",
                passer.email,
            )
        )


async def set_verifier(lab: Lab, passer: Passer, scheme: Scheme) -> None:
    """Store what *scheme* makes of the password, as earlier rules would have."""
    pepper = lab.inside.keys.derive("password pepper")
    old = await asyncio.to_thread(scheme.hash, passer.password, pepper)
    async with lab.inside.database() as database:
        await database.execute(
            "update strongroom.password_verifiers v set verifier = $2"
            " from strongroom.accounts a where a.id = v.account_id and a.email = $1",
            passer.email,
            old,
        )


async def sign_in(lab: Lab, passer: Passer) -> httpx.Response:
    """Sign *passer* in on a device of its own."""
    form = {"email": passer.email, "password": passer.password}
    async with lab.stranger() as device:
        return await device.post(SIGN_IN, json=form)


@sabotage("new passwords are not checked", tells="accepted")
async def anything_goes(twin: Twin) -> None:
    """Skip the rules."""
    twin.change(service, "require_acceptable", lambda *_: None)


@sabotage("long passwords are refused", tells="refused")
async def short_only(twin: Twin) -> None:
    """Loosen nothing, but forbid what the standard says must be allowed."""
    settings = replace(twin.room.passwords._settings, maximum_length=64)  # noqa: SLF001
    twin.change(twin.room.passwords, "_settings", settings)


@proof(
    "passwords.policy",
    vantage=Vantage.INSIDE,
    sabotages=[anything_goes, short_only],
)
async def rules_hold_at_sign_up(lab: Lab, minimum_length: int) -> Evidence:
    """Sign up with passwords from a table: good ones pass, bad ones say why not."""
    unguessable = secrets.token_hex(minimum_length)
    accepted = {
        "the shortest allowed": unguessable[:minimum_length],
        "128 characters": secrets.token_hex(64),
        "words with spaces": f"{unguessable[:9]} {unguessable[9:18]} à la carte",
        "no digit and no capital": "plovers quarrel under velvet umbrellas",
    }
    refused = {
        "one too short": unguessable[: minimum_length - 1],
        "a common password, repeated": "password" * 3,
        "a run of digits": "12345678901234567890",
        "a keyboard walk": "qwertyuiopasdfghjkl",
        "a leaked password, padded": "Password123!Password123!",
        "the service's own words": "strongroomstrongroom",
        "one letter, held down": "a" * (minimum_length + 5),
    }
    for name, password in accepted.items():
        code = await try_password(lab, password)
        require(code == httpx.codes.ACCEPTED, f"{name} is refused with {code}")
    for name, password in refused.items():
        code = await try_password(lab, password)
        require(code != httpx.codes.ACCEPTED, f"{name} is accepted")
    return Evidence(
        population=len(accepted) + len(refused),
        positive=f"{len(accepted)} good passwords were accepted",
        observed={"accepted": list(accepted), "refused": list(refused)},
    )


async def try_password(lab: Lab, password: str) -> int:
    """Return how a sign-up with *password* is answered; leave nothing behind."""
    passer = new_passer(password)
    try:
        return (await sign_up(lab.http, passer)).status_code
    finally:
        await forget(lab.inside, passer.email)


@sabotage("a verifier is the password itself", tells="password_verifiers")
async def plain_text(twin: Twin) -> None:
    """Store what was typed, as if it were hashed."""
    put = store.put

    async def put_and_keep(tx: Any, account_id: Any, verifier: str) -> None:
        await put(tx, account_id, f"{verifier} {typed[-1]}")

    typed = []
    choose = service.Passwords.choose

    async def choose_and_listen(self: Any, candidate: Any, context: Any) -> str:
        typed.append(candidate.reveal())
        return await choose(self, candidate, context)

    twin.change(service.Passwords, "choose", choose_and_listen)
    twin.change(store, "put", put_and_keep)


@sabotage("a debug line logs what was typed", tells="log")
async def a_debug_line(twin: Twin) -> None:
    """Add the line that somebody forgets to remove."""
    check = service.Passwords.check

    async def check_aloud(self: Any, verifier: str, candidate: Any) -> None:
        logging.getLogger("strongroom").error("checking %s", candidate.reveal())
        await check(self, verifier, candidate)

    twin.change(service.Passwords, "check", check_aloud)


@proof(
    "passwords.secrecy",
    vantage=Vantage.INSIDE,
    sabotages=[plain_text, a_debug_line],
)
async def no_password_is_found_anywhere(lab: Lab) -> Evidence:
    """Type canary passwords in every way there is, then look for them everywhere."""
    typed = [mint() for _ in range(3)]
    marker = mint()
    passer = replace(new_passer(typed[0]), organization=marker)
    try:
        answers = await type_everywhere(lab, passer, typed)
        places = await sweep(lab.inside, marker)
        require_provable(places, "the sweep does not find what was stored on purpose")
        for password in typed:
            found = await sweep(lab.inside, password)
            require(not found, f"a typed password lies in {', '.join(found)}")
            told = [each for each in answers if password in each.text]
            require(not told, "an answer repeats the password")
    finally:
        await forget(lab.inside, passer.email)
    return Evidence(
        population=len(answers),
        positive=f"a planted marker was found in {', '.join(places)}",
        observed={"answers": [each.status_code for each in answers]},
    )


async def type_everywhere(
    lab: Lab, passer: Passer, typed: list[str]
) -> list[httpx.Response]:
    """Sign up, confirm, sign in and change: rightly, wrongly, and malformed."""
    right, wrong, new = typed
    answers = [await sign_up(lab.http, passer)]
    token = await mailed_token(lab.inside, passer.email)
    async with lab.stranger() as person:
        for password in (wrong, right):
            form = {"token": token, "password": password}
            answers.append(await person.post(VERIFY, json=form))
        for password in (wrong, right):
            form = {"email": passer.email, "password": password}
            answers.append(await person.post(SIGN_IN, json=form))
            answers.append(await person.post(SIGN_IN, json={**form, "more": password}))
            answers.append(await person.post(SIGN_IN, json={"password": [password]}))
            answers.append(
                await person.post(SIGN_IN, content=f'{{"password": "{password}')
            )
            answers.append(await person.get("/sign-in", params={"password": password}))
        for current in (wrong, right):
            form = {"current": current, "new": new}
            answers.append(await person.put("/api/v1/password", json=form))
    return answers
