"""People for tests: they sign up as everybody does, or are put where a test needs them.

Each gets an address under a name that cannot exist (RFC 6761 §6.4).
"""

import re
from dataclasses import dataclass
from uuid import UUID

import httpx

from strongroom.kernel import Secret, new_id
from strongroom.organizations import Role
from strongroom.organizations.store import add_member
from strongroom.room import Strongroom


PASSWORD = "seven quiet lanterns by the sea"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can sign in."""

    email: str
    password: str = PASSWORD


def new_person() -> Person:
    """Return somebody whom nobody knows yet."""
    return Person(f"{new_id().hex}@example.invalid")


async def latest_mail(room: Strongroom, email: str) -> str:
    """Return the text of the newest mail to *email*."""
    mails = [mail for mail in await room.outbox.newest() if mail.recipient == email]
    return mails[0].body or ""


async def was_told(room: Strongroom, email: str, words: str) -> bool:
    """Say whether some mail to *email* holds *words*, in its subject or its text."""
    mails = [mail for mail in await room.outbox.newest() if mail.recipient == email]
    return any(words in f"{mail.subject}\n{mail.body}" for mail in mails)


async def mailed_token(room: Strongroom, email: str) -> str:
    """Return the token of the confirmation link that was mailed to *email*."""
    found = re.search(r"/verify\?token=(\S+)", await latest_mail(room, email))
    return found[1] if found else ""


async def found_organization(
    room: Strongroom, app: httpx.AsyncClient, name: str = "Canary Works"
) -> Person:
    """Sign somebody up by *app*, who then owns an organization and is signed in."""
    person = new_person()
    identity = {"email": person.email, "password": person.password}
    (await app.post("/api/v1/accounts", json=identity | {"organization": name}))
    token = await mailed_token(room, person.email)
    answer = await app.post(
        "/api/v1/accounts/verify", json={"token": token, "password": person.password}
    )
    answer.raise_for_status()
    return person


async def sign_in(app: httpx.AsyncClient, person: Person) -> None:
    """Sign *person* in by *app*."""
    credentials = {"email": person.email, "password": person.password}
    (await app.post("/api/v1/sessions", json=credentials)).raise_for_status()


async def join(room: Strongroom, organization_id: UUID, role: Role) -> Person:
    """Put somebody new into an organization."""
    person = new_person()
    verifier = await room.passwords.choose(Secret(person.password), ())
    async with room.db.system(reason="put a person where a test needs one") as tx:
        account = await room.accounts.create(tx, person.email)
        await room.passwords.put(tx, account.id, verifier)
        await add_member(tx, organization_id, account.id, role)
    return person


async def organization_of(app: httpx.AsyncClient) -> UUID:
    """Return the organization that *app* is signed in to."""
    return UUID((await app.get("/api/v1/session")).json()["organization_id"])
