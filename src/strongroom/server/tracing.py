"""Traces, when the operator names a collector: one span for each answer.

Guards against secrets in spans: what a span may say is chosen here, and `told` is the
redaction that every text in it passes on its way out. While traces are off, no part
of OpenTelemetry is loaded. A trace that a visitor claims to belong to is not believed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPMethod
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from strongroom.kernel import NOWHERE
from strongroom.middleware import App, Message, Receive, Scope, Send
from strongroom.redaction import redaction
from strongroom.web import ORIGIN, PROBLEM

from .errors import CannotStart
from .options import LOCAL_NAMES


METHODS = frozenset(HTTPMethod)
OTHER = "_OTHER"
"""Any method that no standard knows; OpenTelemetry's semantic conventions, HTTP."""

SERVER_ERROR = 500


@dataclass(frozen=True, slots=True)
class TelemetrySettings:
    """Where traces go; nowhere unless a collector is named."""

    traces: str = ""
    """The OTLP/HTTP address of a collector, such as https://host/v1/traces."""

    share: float = 1.0
    """Of all answers, the share that is told of, from 0 to 1."""

    def __post_init__(self) -> None:
        """Refuse an address that others could listen to.

        Raises:
            ValueError: it is no address, or not https to another machine.

        """
        parts = urlsplit(self.traces)
        safe = parts.scheme == "https" or (
            parts.scheme == "http" and parts.hostname in LOCAL_NAMES
        )
        if self.traces and not (safe and parts.hostname):
            message = "traces is no https address; http may only go to this machine"
            raise ValueError(message)
        if not 0 <= self.share <= 1:
            message = "share is not between 0 and 1"
            raise ValueError(message)


def told(text: str) -> str:
    """Return *text* as a collector may have it."""
    return redaction.brief(text)


def traced(app: App, settings: TelemetrySettings, service: str) -> App:
    """Return *app*, with a span around each of its answers if traces are on.

    Raises:
        CannotStart: they are on, and OpenTelemetry is not installed.

    """
    if not settings.traces:
        return app
    if not can_trace():
        message = "traces need OpenTelemetry: pip install 'strongroom[telemetry]'"
        raise CannotStart(message)
    # lint: local-imports, because without traces nothing of OpenTelemetry is loaded.
    spans: Any = import_module("strongroom.server.spans")
    return Traced(app, spans.Spans(settings.traces, settings.share, service))


def can_trace() -> bool:
    """Say whether the libraries are there."""
    return find_spec("opentelemetry") is not None


class Traced:
    """Wraps an ASGI application."""

    def __init__(self, app: App, spans: Any) -> None:
        """Tell *spans*, of type ``spans.Spans``, about each answer of *app*."""
        self.app, self._spans = app, spans

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, inside a span; at the end, send what waits."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, self._closing(send))
            return
        status = 0  # No answer began.

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with self._spans.around(lambda: _end(scope, status)):
            await self.app(scope, receive, noting)

    def _closing(self, send: Send) -> Send:
        """Return *send*; before the server hears that we are done, the rest is sent."""

        async def closing(message: Message) -> None:
            # Afterwards it may end the process at once.
            if message["type"] == "lifespan.shutdown.complete":
                await self._spans.close()
            await send(message)

        return closing


@dataclass(frozen=True, slots=True)
class Ending:
    """What a span says in the end."""

    name: str
    attributes: dict[str, str | int]
    is_error: bool


AtEnd = Callable[[], Ending]


def _end(scope: Scope, status: int) -> Ending:
    """Choose what is told: names of OpenTelemetry's semantic conventions for HTTP."""
    method = scope["method"] if scope["method"] in METHODS else OTHER
    route = scope.get("path_template")
    told_of: dict[str, Any] = {
        "http.request.method": method,
        "http.response.status_code": status,
        "url.path": scope["path"],
        "request_id": scope.get(ORIGIN, NOWHERE).request_id,
        "http.route": route,
        "error.type": scope.get(PROBLEM),
    }
    found = {name: value for name, value in told_of.items() if value is not None}
    name = f"{method} {route}" if route else method
    return Ending(name, found, status == 0 or status >= SERVER_ERROR)
