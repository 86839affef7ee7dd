"""A person's own data for programs: what is kept, copies, erasure, requests."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK, HTTP_202_ACCEPTED, HTTP_204_NO_CONTENT

from strongroom.kernel import Caller, Origin, Secret
from strongroom.passwords import WrongPassword
from strongroom.web import Answered, Given, Wanted, beside, create, read, remove

from .models import Request
from .policy import require_words
from .service import Privacy


AskedOfPeople = Literal["access", "rectification", "restriction", "objection"]
"""What a human answers; copies and erasures are the house's own work."""

ATTACHED = {
    "content-disposition": 'attachment; filename="your-data.zip"',
    "cache-control": "no-store",
}


class StoreAnswered(Answered, frozen=True):
    """What one store keeps about people."""

    title: str
    purposes: list[str]
    ground: str
    until: str
    on_erasure: str


class RequestAnswered(Answered, frozen=True):
    """A request and how it stands; due a month after it was opened."""

    id: str
    kind: str
    state: str
    opened_at: datetime
    due_at: datetime
    starts_at: datetime | None
    done_at: datetime | None
    obstacle: str | None
    answer: str | None
    stores_done: int
    stores: int


class RequestWanted(Wanted, frozen=True):
    """What a human shall answer."""

    kind: AskedOfPeople
    words: str


class ExportWanted(Wanted, frozen=True):
    """A copy of everything, for whoever knows the password."""

    password: str


class ErasureWanted(Wanted, frozen=True):
    """One's own erasure: the password, and one's address typed again."""

    password: str
    confirmation: str


class DownloadWanted(Wanted, frozen=True):
    """The token of the link that was mailed."""

    token: str


@read("/privacy/stores", action="privacy.read")
async def stores(privacy: Given[Privacy]) -> list[StoreAnswered]:
    """List what is kept about people: what for, on what ground, how long."""
    return [
        StoreAnswered(
            each.title, [*each.purposes], each.ground, each.until, each.on_erasure
        )
        for each in privacy.kept()
    ]


@read("/privacy/requests", action="privacy.read")
async def requests(
    privacy: Given[Privacy], caller: Given[Caller]
) -> list[RequestAnswered]:
    """List the caller's own requests, newest first."""
    return [answer_request(each) for each in await privacy.mine(caller)]


@create("/privacy/requests", action="privacy.request")
async def ask(
    data: JSONBody[RequestWanted],
    privacy: Given[Privacy],
    caller: Given[Caller],
    origin: Given[Origin],
) -> RequestAnswered:
    """Ask what a human must answer within a month."""
    words = require_words(data.words)
    opened = await privacy.ask(caller, data.kind, words, origin)
    return answer_request(opened)


@create("/privacy/exports", action="privacy.export", status_code=HTTP_202_ACCEPTED)
async def export(
    data: JSONBody[ExportWanted],
    privacy: Given[Privacy],
    caller: Given[Caller],
    origin: Given[Origin],
) -> RequestAnswered:
    """Ask for a copy of everything; a mail follows when it is made."""
    with beside("password", WrongPassword):
        asked = await privacy.export(caller, Secret(data.password), origin)
    return answer_request(asked)


@create(
    "/privacy/exports/download",
    action="privacy.download",
    status_code=HTTP_200_OK,
    media_type="application/zip",
)
async def download(
    data: JSONBody[DownloadWanted],
    privacy: Given[Privacy],
    caller: Given[Caller],
    origin: Given[Origin],
) -> Response[bytes]:
    """Fetch the copy behind a mailed link, once."""
    archive = await privacy.download(caller, Secret(data.token), origin)
    return answer_archive(archive)


@create("/privacy/erasures", action="privacy.erase", status_code=HTTP_202_ACCEPTED)
async def erase(
    data: JSONBody[ErasureWanted],
    privacy: Given[Privacy],
    caller: Given[Caller],
    origin: Given[Origin],
) -> RequestAnswered:
    """Ask for one's own erasure, which begins when the time to think has passed."""
    with beside("password", WrongPassword):
        asked = await privacy.erase(
            caller, Secret(data.password), data.confirmation, origin
        )
    return answer_request(asked)


@remove(
    "/privacy/requests/{request_id:uuid}",
    action="privacy.cancel",
    status_code=HTTP_204_NO_CONTENT,
)
async def cancel(
    request_id: FromPath[UUID],
    privacy: Given[Privacy],
    caller: Given[Caller],
    origin: Given[Origin],
) -> None:
    """Undo a request of one's own that has not begun."""
    await privacy.cancel(caller, request_id, origin)


def answer_archive(archive: bytes) -> Response[bytes]:
    """Return a copy as a file to keep."""
    return Response(archive, media_type="application/zip", headers=ATTACHED)


def answer_request(request: Request) -> RequestAnswered:
    """Return what a person is told of their request."""
    return RequestAnswered(
        id=str(request.id),
        kind=request.kind,
        state=request.state,
        opened_at=request.opened_at,
        due_at=request.due_at,
        starts_at=request.starts_at,
        done_at=request.done_at,
        obstacle=request.obstacle,
        answer=request.answer,
        stores_done=request.stores_done,
        stores=request.stores,
    )
