"""Who asked for what, and what became of it: one line per request.

Guards against secrets in the log: a query, a header and a body never reach it, the
path passes the redaction, and of the address its network is kept. Lines are gathered
for an instant and written together: measured, a line and a write for each request
halves what a worker answers.
"""

import asyncio
import os
import time
from datetime import UTC, datetime
from functools import lru_cache

import msgspec

from strongroom.kernel import NOWHERE
from strongroom.middleware import App, Message, Receive, Scope, Send
from strongroom.redaction import network_of, redaction
from strongroom.web import ORIGIN

from .logs import SharedFile
from .metrics import Meter


FLUSH_SECONDS = 0.25
"""At most so much of the log is lost with a killed process."""

LONGEST_PATH = 500


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One request, as it is kept."""

    at: str
    level: str = "info"
    logger: str = "access"
    process: int
    network: str | None
    method: str
    path: str
    status: int
    milliseconds: float
    request_id: str | None


class AccessLog:
    """Wraps an ASGI application."""

    def __init__(self, app: App, file: SharedFile, meter: Meter) -> None:
        """Watch *app* from outside, write to *file*, and count by *meter*."""
        self.app, self._file, self._meter = app, file, meter
        self._lines: list[bytes] = []
        self._encode = msgspec.json.Encoder().encode
        self._network_of = lru_cache(1024)(network_of)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and keep a line when the answer is given."""
        if scope["type"] != "http":
            try:
                await self.app(scope, receive, send)
            finally:
                self.flush()
            return
        method, status, started = scope["method"], 0, time.perf_counter()

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noting)
        finally:
            self._keep(scope, method, status, time.perf_counter() - started)

    def flush(self) -> None:
        """Write what was gathered."""
        lines, self._lines = self._lines, []
        if lines:
            self._file.append(b"".join(lines))
            self._meter.send()

    def _keep(self, scope: Scope, method: str, status: int, seconds: float) -> None:
        if not self._lines:
            asyncio.get_running_loop().call_later(FLUSH_SECONDS, self.flush)
        origin = scope.get(ORIGIN, NOWHERE)
        line = Line(
            at=moment_of(time.time()),
            process=os.getpid(),
            network=self._network_of(origin.address),
            method=method,
            path=redaction.brief(scope["path"])[:LONGEST_PATH],
            status=status,
            milliseconds=round(seconds * 1000, 2),
            request_id=origin.request_id,
        )
        self._meter.note(scope, status, seconds)
        self._lines.append(self._encode(line) + b"\n")


def moment_of(now: float) -> str:
    """Return *now*, in seconds since 1970, as RFC 3339 with milliseconds in UTC."""
    second = int(now)
    return f"{_second(second)}.{int((now - second) * 1000):03}Z"


@lru_cache(2)
def _second(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")
