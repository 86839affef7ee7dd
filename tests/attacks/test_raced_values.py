"""Twenty people use one link at the same moment.

A value that works once, works twice when two requests race (CVE-2025-46815). Here
using it up is one atomic statement, and so is counting the attempts at it.
"""

import asyncio
from collections import Counter
from datetime import timedelta
from uuid import uuid4

import httpx

from strongroom.kernel import Secret
from strongroom.one_time import OneTimeValueSpent
from strongroom.one_time.store import MOST_ATTEMPTS
from strongroom.room import Strongroom
from tests.conftest import Visit
from tests.people import (
    Person,
    found_organization,
    latest_mail,
    mailed_token,
    new_person,
)


RACERS = 20


async def ask(app: httpx.AsyncClient, person: Person) -> None:
    """Sign *person* up, without following the link."""
    wanted = {"email": person.email, "password": person.password}
    await app.post("/api/v1/accounts", json=wanted | {"organization": "Canary Works"})


async def counted(room: Strongroom, email: str) -> tuple[int, int, int]:
    """Return how many accounts, memberships and sessions an address has."""
    (row,) = await room.db.system(reason="count what a race made").fetch(
        """
        select count(distinct a.id) as accounts,
               count(distinct m.organization_id) as memberships,
               count(distinct s.id) as sessions
          from strongroom.accounts a
          left join strongroom.memberships m on m.account_id = a.id
          left join strongroom.sessions s on s.account_id = a.id
         where a.email = $1
        """,
        email,
    )
    return row["accounts"], row["memberships"], row["sessions"]


async def test_a_raced_link_works_once(room: Strongroom, visit: Visit) -> None:
    """Of twenty who confirm at once, one gets in; there is one account, one session."""
    person = new_person()
    await ask(visit(), person)
    proof = {
        "token": await mailed_token(room, person.email),
        "password": person.password,
    }
    runners = [visit() for _ in range(RACERS)]
    answers = await asyncio.gather(
        *(each.post("/api/v1/accounts/verify", json=proof) for each in runners)
    )
    statuses = Counter(answer.status_code for answer in answers)
    assert statuses == {201: 1, 410: RACERS - 1}
    cookies = [answer for answer in answers if "set-cookie" in answer.headers]
    assert len(cookies) == 1
    assert await counted(room, person.email) == (1, 1, 1)


async def test_two_links_to_one_address_make_one_account(
    room: Strongroom, visit: Visit
) -> None:
    """Whoever signs up twice and confirms both at once is one person all the same."""
    person = new_person()
    proofs = []
    for _ in range(2):
        await ask(visit(), person)
        token = await mailed_token(room, person.email)
        proofs.append({"token": token, "password": person.password})
    answers = await asyncio.gather(
        *(visit().post("/api/v1/accounts/verify", json=proof) for proof in proofs)
    )
    assert sum(answer.is_success for answer in answers) == 1
    assert await counted(room, person.email) == (1, 1, 1)


async def test_a_raced_reset_chooses_one_password(
    room: Strongroom, visit: Visit
) -> None:
    """Of ten who choose a password with one link at once, one has chosen it."""
    person = await found_organization(room, visit())
    await visit().post("/api/v1/password-resets", json={"email": person.email})
    token = (await latest_mail(room, person.email)).partition("token=")[2].split()[0]
    wanted = [f"{number} quiet owls above the mill" for number in range(10)]
    answers = await asyncio.gather(
        *(
            visit().post(
                "/api/v1/password-resets/complete",
                json={"token": token, "password": password},
            )
            for password in wanted
        )
    )
    won = [w for w, a in zip(wanted, answers, strict=True) if a.is_success]
    assert len(won) == 1
    for password in wanted:
        identity = {"email": person.email, "password": password}
        opened = await visit().post("/api/v1/sessions", json=identity)
        assert opened.is_success == (password in won)


async def test_a_raced_value_is_consumed_once(room: Strongroom) -> None:
    """The primitive itself, without a face or a password to slow it down."""
    async with room.db.system(reason="mint a value in a test") as tx:
        value = await room.one_time.mint(tx, "race", uuid4(), timedelta(hours=1))

    async def use() -> bool:
        try:
            async with room.db.system(reason="use a value in a test") as tx:
                await room.one_time.consume(tx, "race", value)
        except OneTimeValueSpent:
            return False
        return True

    assert sum(await asyncio.gather(*(use() for _ in range(RACERS)))) == 1


async def test_raced_attempts_are_all_counted(room: Strongroom) -> None:
    """Guessing in parallel gives not one attempt more than guessing in a row."""
    async with room.db.system(reason="mint a value in a test") as tx:
        value = await room.one_time.mint(tx, "race", uuid4(), timedelta(hours=1))

    async def attempt() -> bool:
        try:
            await room.one_time.attempt("race", value)
        except OneTimeValueSpent:
            return False
        return True

    assert (
        sum(await asyncio.gather(*(attempt() for _ in range(RACERS)))) == MOST_ATTEMPTS
    )
    assert RACERS > MOST_ATTEMPTS


async def test_a_value_is_good_for_its_purpose_only(room: Strongroom) -> None:
    """What confirms an address does not do anything else."""
    subject = uuid4()
    async with room.db.system(reason="mint a value in a test") as tx:
        value = await room.one_time.mint(tx, "race", subject, timedelta(hours=1))
    for purpose, token in (("another", value), ("race", Secret("guess"))):
        try:
            await room.one_time.attempt(purpose, token)
        except OneTimeValueSpent:
            continue
        message = f"it was good for {purpose}"
        raise AssertionError(message)
    assert await room.one_time.attempt("race", value) == subject
