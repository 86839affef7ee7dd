"""Log streams for programs."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_204_NO_CONTENT

from strongroom.kernel import Caller, Origin
from strongroom.web import Answered, Given, Wanted, change, create, read, remove

from .models import Form, LogStream, NewStream
from .service import LogStreams


class StreamAnswered(Answered, frozen=True):
    """A log stream and how it stands; its path and its secret are never shown."""

    id: str
    name: str
    to: str
    form: str
    state: str
    next_leaf: int
    behind: int
    failure: str | None
    failing_since: datetime | None
    next_attempt_at: datetime | None
    delivered_at: datetime | None
    created_at: datetime


class StreamWanted(Wanted, frozen=True):
    """Where to send the log, and in which form.

    ``authority`` is a CA certificate as PEM, for a receiver with one of its own.
    """

    name: str
    target: str
    form: Form = "entries"
    start: Literal["now", "beginning"] = "now"
    authority: str = ""


class StreamCreated(Answered, frozen=True):
    """Which stream it is, and a webhook's signing secret, shown this once."""

    id: str
    secret: str | None


class PauseWanted(Wanted, frozen=True):
    """Whether the stream waits. Nothing is lost meanwhile."""

    paused: bool


class TestAnswered(Answered, frozen=True):
    """Whether the test was taken, and why not."""

    delivered: bool
    failure: str | None


class SecretAnswered(Answered, frozen=True):
    """The new signing secret; the former one signs beside it for a day."""

    secret: str


@read("/log-streams", action="log-stream.read")
async def streams(
    streams: Given[LogStreams], caller: Given[Caller]
) -> list[StreamAnswered]:
    """List where the organization's audit log is sent, and how each stream stands."""
    return [answer_stream(each) for each in await streams.of(caller.organization_id)]


@create("/log-streams", action="log-stream.create")
async def create_stream(
    data: JSONBody[StreamWanted],
    streams: Given[LogStreams],
    caller: Given[Caller],
    origin: Given[Origin],
) -> StreamCreated:
    """Send the organization's audit log to a webhook or a syslog collector."""
    wanted = NewStream(
        data.name, data.target, data.form, data.authority, data.start == "beginning"
    )
    stream_id, secret = await streams.create(caller, wanted, origin)
    return StreamCreated(str(stream_id), secret.reveal() if secret else None)


@read("/log-streams/{stream_id:uuid}", action="log-stream.read")
async def stream(
    stream_id: FromPath[UUID], streams: Given[LogStreams], caller: Given[Caller]
) -> StreamAnswered:
    """Show one log stream."""
    return answer_stream(await streams.get(caller.organization_id, stream_id))


@change(
    "/log-streams/{stream_id:uuid}",
    action="log-stream.change",
    status_code=HTTP_204_NO_CONTENT,
)
async def pause(
    stream_id: FromPath[UUID],
    data: JSONBody[PauseWanted],
    streams: Given[LogStreams],
    caller: Given[Caller],
    origin: Given[Origin],
) -> None:
    """Pause a log stream, or let it go on from where it stood."""
    await streams.set_paused(caller, stream_id, origin, paused=data.paused)


@create("/log-streams/{stream_id:uuid}/test", action="log-stream.test")
async def test(
    stream_id: FromPath[UUID],
    streams: Given[LogStreams],
    caller: Given[Caller],
    origin: Given[Origin],
) -> TestAnswered:
    """Send a message that says it is a test, and tell how that went."""
    failure = await streams.test(caller, stream_id, origin)
    return TestAnswered(failure is None, failure)


@create("/log-streams/{stream_id:uuid}/secret", action="log-stream.rotate")
async def rotate(
    stream_id: FromPath[UUID],
    streams: Given[LogStreams],
    caller: Given[Caller],
    origin: Given[Origin],
) -> SecretAnswered:
    """Replace a webhook's signing secret."""
    return SecretAnswered((await streams.rotate(caller, stream_id, origin)).reveal())


@remove(
    "/log-streams/{stream_id:uuid}",
    action="log-stream.delete",
    status_code=HTTP_204_NO_CONTENT,
)
async def delete(
    stream_id: FromPath[UUID],
    streams: Given[LogStreams],
    caller: Given[Caller],
    origin: Given[Origin],
) -> None:
    """Delete a log stream; no entry of the log is touched."""
    await streams.delete(caller, stream_id, origin)


def answer_stream(stream: LogStream) -> StreamAnswered:
    """Return what the organization's own people are told of a stream."""
    waits = stream.state == "failing"
    return StreamAnswered(
        id=str(stream.id),
        name=stream.name,
        to=stream.origin,
        form=stream.form,
        state=stream.state,
        next_leaf=stream.next_leaf,
        behind=stream.behind,
        failure=stream.failure,
        failing_since=stream.failing_since,
        next_attempt_at=stream.next_attempt_at if waits else None,
        delivered_at=stream.delivered_at,
        created_at=stream.created_at,
    )
