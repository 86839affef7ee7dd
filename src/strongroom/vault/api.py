"""Key checks for programs: seal a phrase of one's own, and see it open again."""

from uuid import UUID

from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_204_NO_CONTENT

from strongroom.kernel import Caller, Origin, Secret
from strongroom.web import Answered, Given, Wanted, create, read, remove

from .service import KeyChecks


class CheckWanted(Wanted, frozen=True):
    """What to seal: any words, and what to call them."""

    label: str
    phrase: str


class CheckSealed(Answered, frozen=True):
    """Where the sealed phrase is."""

    id: str


class CheckOpened(Answered, frozen=True):
    """What the key opened."""

    id: str
    label: str
    phrase: str


@create("/key-checks", action="key-check.seal")
async def seal(
    data: JSONBody[CheckWanted],
    checks: Given[KeyChecks],
    caller: Given[Caller],
    origin: Given[Origin],
) -> CheckSealed:
    """Seal a phrase under the organization's key."""
    label, phrase = Secret(data.label), Secret(data.phrase)
    return CheckSealed(str(await checks.seal(caller, label, phrase, origin)))


@read("/key-checks/{check_id:uuid}", action="key-check.open")
async def opened(
    check_id: FromPath[UUID], checks: Given[KeyChecks], caller: Given[Caller]
) -> CheckOpened:
    """Open a sealed phrase, if it is as it was sealed."""
    label, phrase = await checks.open(caller, check_id)
    return CheckOpened(str(check_id), label.reveal(), phrase.reveal())


@remove(
    "/key-checks/{check_id:uuid}",
    action="key-check.delete",
    status_code=HTTP_204_NO_CONTENT,
)
async def delete(
    check_id: FromPath[UUID],
    checks: Given[KeyChecks],
    caller: Given[Caller],
    origin: Given[Origin],
) -> None:
    """Delete a sealed phrase."""
    await checks.delete(caller, check_id, origin)
