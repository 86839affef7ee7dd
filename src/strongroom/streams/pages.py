"""Log streams for people."""

from collections.abc import Mapping
from typing import Any, cast, get_args
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from strongroom.egress import EgressRefused, TargetInvalid
from strongroom.kernel import Caller, Invalid, Origin
from strongroom.web import (
    AnyRequest,
    Given,
    Renderer,
    beside,
    form_of,
    if_refused,
    see_other,
    show,
    submit,
)

from .models import Form, NewStream
from .service import LogStreams


ADDRESS = "/console/streams"
PAGE = "streams.html"

NOTICES = {
    "paused": "The stream is paused. Entries wait for it.",
    "resumed": "The stream goes on from where it stood.",
    "deleted": "The stream is deleted. The log itself is as it was.",
    "sent": "The test message was taken.",
    "unsent": "The test message was not taken; the stream's row says why.",
    "created": "The stream is made. New entries are sent within seconds.",
}
"""What was just done, by the word that the redirect carries."""

EMPTY = {"name": "", "target": "", "form": "entries", "start": "now", "authority": ""}


@show(ADDRESS, action="log-stream.read")
async def streams(
    request: AnyRequest,
    renderer: Given[Renderer],
    streams: Given[LogStreams],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    done: FromQuery[str] = "",
) -> Response[str]:
    """Show where the organization's audit log is sent."""
    context = await _page(streams, caller, allowed)
    context["notice"] = NOTICES.get(done)
    return renderer.page(request, PAGE, error=None, errors={}, **context)


@submit(ADDRESS, action="log-stream.create")
async def create(
    request: AnyRequest,
    renderer: Given[Renderer],
    streams: Given[LogStreams],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    origin: Given[Origin],
) -> Response[str] | Redirect:
    """Make a stream. A webhook's secret is shown on the answer itself, once."""
    form = await form_of(request, tuple(EMPTY))
    page = await _page(streams, caller, allowed)
    if_refused(request, PAGE, **{**page, "values": form})
    with beside("target", TargetInvalid, EgressRefused):
        _, secret = await streams.create(caller, _wanted(form), origin)
    if secret is None:
        return see_other(f"{ADDRESS}?done=created")
    context = await _page(streams, caller, allowed)
    context |= {"secret": secret.reveal(), "notice": NOTICES["created"]}
    return renderer.page(request, PAGE, error=None, errors={}, **context)


@submit(ADDRESS + "/{stream_id:uuid}/pause", action="log-stream.change")
async def pause(
    stream_id: FromPath[UUID],
    streams: Given[LogStreams],
    caller: Given[Caller],
    origin: Given[Origin],
) -> Redirect:
    """Pause a stream; entries wait for it."""
    await streams.set_paused(caller, stream_id, origin, paused=True)
    return see_other(f"{ADDRESS}?done=paused")


@submit(ADDRESS + "/{stream_id:uuid}/resume", action="log-stream.change")
async def resume(
    stream_id: FromPath[UUID],
    streams: Given[LogStreams],
    caller: Given[Caller],
    origin: Given[Origin],
) -> Redirect:
    """Let a stream go on, or try again at once."""
    await streams.set_paused(caller, stream_id, origin, paused=False)
    return see_other(f"{ADDRESS}?done=resumed")


@submit(ADDRESS + "/{stream_id:uuid}/test", action="log-stream.test")
async def test(
    stream_id: FromPath[UUID],
    request: AnyRequest,
    renderer: Given[Renderer],
    streams: Given[LogStreams],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    *,
    origin: Given[Origin],
) -> Response[str] | Redirect:
    """Send a test message, and say how that went."""
    failure = await streams.test(caller, stream_id, origin)
    if failure is None:
        return see_other(f"{ADDRESS}?done=sent")
    context = await _page(streams, caller, allowed)
    told = f"The test message was not taken: {failure}"
    return renderer.page(request, PAGE, error=told, errors={}, **context)


@submit(ADDRESS + "/{stream_id:uuid}/secret", action="log-stream.rotate")
async def rotate(
    stream_id: FromPath[UUID],
    request: AnyRequest,
    renderer: Given[Renderer],
    streams: Given[LogStreams],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    *,
    origin: Given[Origin],
) -> Response[str]:
    """Replace a webhook's secret, and show the new one, once."""
    secret = await streams.rotate(caller, stream_id, origin)
    context = await _page(streams, caller, allowed)
    context |= {
        "secret": secret.reveal(),
        "notice": "For a day, the former secret signs beside this one.",
    }
    return renderer.page(request, PAGE, error=None, errors={}, **context)


@submit(ADDRESS + "/{stream_id:uuid}/delete", action="log-stream.delete")
async def delete(
    stream_id: FromPath[UUID],
    streams: Given[LogStreams],
    caller: Given[Caller],
    origin: Given[Origin],
) -> Redirect:
    """Delete a stream; no entry of the log is touched."""
    await streams.delete(caller, stream_id, origin)
    return see_other(f"{ADDRESS}?done=deleted")


def _wanted(form: Mapping[str, str]) -> NewStream:
    if form["form"] not in get_args(Form) or form["start"] not in {"now", "beginning"}:
        raise Invalid
    return NewStream(
        form["name"],
        form["target"].strip(),
        cast("Form", form["form"]),
        form["authority"],
        form["start"] == "beginning",
    )


async def _page(
    streams: LogStreams, caller: Caller, allowed: frozenset[str]
) -> dict[str, Any]:
    found = await streams.of(caller.organization_id)
    return {
        "streams": found,
        "values": EMPTY,
        "allowed": allowed,
        "notice": None,
        "secret": None,
    }
