"""Is the process alive, and does it reach its database?

Neither answer says more than that: versions and reasons are for the log.
"""

import asyncio

from strongroom.db import Database, DatabaseUnavailable
from strongroom.kernel import NOWHERE
from strongroom.middleware import App, Receive, Scope, Send
from strongroom.web import ORIGIN, answer_problem

from .exact import Path


PATIENCE_SECONDS = 1.5
"""A database that needs longer is not ready; callers are promised two seconds."""

_ALIVE = b'{"status":"alive"}'
_READY = b'{"status":"ready"}'


def health_answers(db: Database) -> dict[Path, App]:
    """Return the answers about this process and *db*."""

    async def healthz(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001
        await answer_json(send, _ALIVE)

    async def readyz(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await db.system(reason="say whether we are ready").fetch("select 1")
        except (DatabaseUnavailable, TimeoutError):
            code, title = DatabaseUnavailable.code, DatabaseUnavailable.title
            known = scope.get(ORIGIN, NOWHERE).request_id
            await answer_problem(send, 503, code, title, request_id=known)
        else:
            await answer_json(send, _READY)

    answers = {"/healthz": healthz, "/readyz": readyz}
    return {(m, p): answer for p, answer in answers.items() for m in ("GET", "HEAD")}


async def answer_json(send: Send, body: bytes) -> None:
    """Send *body*, which nobody may keep."""
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
