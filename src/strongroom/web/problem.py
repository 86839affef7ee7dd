"""Refusals as answers: problem+json for programs, a page for people (RFC 9457).

The body is an allow-list of fields; it never repeats what was sent.
"""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import msgspec

from .outermost import TYPE_OF


MEDIA_TYPE = "application/problem+json"
TYPES = "/problems/"
"""Problem types are permanent addresses below this path."""


class Problem(msgspec.Struct, omit_defaults=True, kw_only=True):
    """What a refused program is told."""

    type: str
    title: str
    status: int
    detail: str | None = None
    fields: dict[str, str] | None = None
    violated_policies: list[str] | None = msgspec.field(
        default=None, name="violated-policies"
    )
    """The limits that were reached (draft-ietf-httpapi-ratelimit-headers-10)."""

    request_id: str | None = None


def problem_body(problem: Problem) -> bytes:
    """Return *problem* as JSON."""
    return msgspec.json.encode(problem)


def plain_problem(
    status: int, code: str, title: str | None = None, *, request_id: str | None = None
) -> bytes:
    """Return the JSON of a problem that needs no more than a code.

    What is documented of the code is told, unless there is another *title*.
    """
    known = TYPE_OF.get(code)
    problem = Problem(
        type=TYPES + code,
        title=title or (known.title if known else HTTPStatus(status).phrase),
        status=status,
        detail=known.meaning if known and title is None else None,
        request_id=request_id,
    )
    return problem_body(problem)


async def answer_problem(
    send: Any,
    status: int,
    code: str,
    title: str | None = None,
    *,
    request_id: str | None = None,
    more: Sequence[tuple[bytes, bytes]] = (),
) -> None:
    """Send a problem from outside any framework, with *more* headers."""
    body = plain_problem(status, code, title, request_id=request_id)
    headers = [
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        *more,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
