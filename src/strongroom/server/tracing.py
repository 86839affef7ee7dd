"""Traces, when the operator names a collector: one span for each answer.

While they are off, no part of OpenTelemetry is loaded. A trace that a visitor claims to
belong to is not believed.
"""

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from strongroom.middleware import App, Message, Receive, Scope, Send

from .endings import ending_of
from .errors import CannotStart
from .options import LOCAL_NAMES


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

        with self._spans.around(lambda: ending_of(scope, status)):
            await self.app(scope, receive, noting)

    def _closing(self, send: Send) -> Send:
        """Return *send*; before the server hears that we are done, the rest is sent."""

        async def closing(message: Message) -> None:
            # Afterwards it may end the process at once.
            if message["type"] == "lifespan.shutdown.complete":
                await self._spans.close()
            await send(message)

        return closing
