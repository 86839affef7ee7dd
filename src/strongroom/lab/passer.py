"""A canary who only passes through: signs up, is seen, and is forgotten again."""

from dataclasses import dataclass
from uuid import uuid4

import httpx

from .errors import require_provable
from .inside import Inside


_FORGET = (
    "delete from strongroom.accounts where email = $1",
    "delete from strongroom.sign_ups where email = $1",
    "delete from strongroom.oauth_sign_ups where email = $1",
    "delete from strongroom.mails where recipient = $1",
)


@dataclass(frozen=True, slots=True)
class Passer:
    """Somebody new, whose address cannot exist and who owns nothing yet."""

    email: str
    password: str
    organization: str = "Canary passing through"

    def sign_up_form(self) -> dict[str, str]:
        """Return what a person would type."""
        return {
            "email": self.email,
            "password": self.password,
            "organization": self.organization,
        }


def new_passer(password: str) -> Passer:
    """Return somebody whom nobody has met."""
    return Passer(f"passer-{uuid4().hex}@strongroom.invalid", password)


async def mailed_token(inside: Inside, email: str) -> str:
    """Return the token of the newest mail to *email*, read from the outbox.

    Raises:
        Unprovable: no mail with a link was written.

    """
    async with inside.database() as database:
        body = await database.fetchval(
            "select body from strongroom.mails where recipient = $1"
            " and body like '%token=%' order by id desc limit 1",
            email,
        )
    require_provable(body, f"no mail with a link was written to {email}")
    return str(body).split("token=", 1)[1].split()[0]


async def mailed_texts(inside: Inside, email: str) -> list[str]:
    """Return what was mailed to *email*, oldest first, as far as it is still kept."""
    async with inside.database() as database:
        rows = await database.fetch(
            "select coalesce(body, '') as body from strongroom.mails"
            " where recipient = $1 order by id",
            email,
        )
    return [row["body"] for row in rows]


async def sign_up(http: httpx.AsyncClient, passer: Passer) -> httpx.Response:
    """Sign *passer* up as anybody would."""
    return await http.post("/api/v1/accounts", json=passer.sign_up_form())


async def forget(inside: Inside, email: str) -> None:
    """Remove every trace of a passer but the audit entries."""
    async with inside.database() as database, database.transaction():
        await database.execute(
            "delete from strongroom.organizations o using strongroom.memberships m"
            " join strongroom.accounts a on a.id = m.account_id"
            " where m.organization_id = o.id and a.email = $1",
            email,
        )
        for query in _FORGET:
            await database.execute(query, email)
