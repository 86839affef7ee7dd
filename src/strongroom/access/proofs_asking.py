"""How proofs ask at the gate: nothing that passes it finds or changes anything."""

import asyncio
from collections.abc import Sequence
from uuid import UUID, uuid4

import httpx

from strongroom.lab import Operation, require_provable


UNTOLD = frozenset({httpx.codes.TOO_MANY_REQUESTS, *range(500, 600)})
"""What tells nothing of the gate, whoever asks."""


async def ask(
    http: httpx.AsyncClient, operation: Operation, identifier: UUID | str
) -> tuple[int, str]:
    """Return status and problem of one request that finds or changes nothing."""
    answer = await http.request(
        operation.method.upper(),
        operation.address(identifier),
        json=[] if operation.schema else None,  # No body here is ever a list.
    )
    kind = answer.headers.get("content-type", "")
    told = answer.json().get("type", "") if "problem" in kind else ""
    return answer.status_code, told


async def ask_all(
    http: httpx.AsyncClient, operations: Sequence[Operation]
) -> list[tuple[int, str]]:
    """Return the same of each of *operations*, asked side by side about nothing."""
    asking = (ask(http, each, uuid4()) for each in operations)
    return await asyncio.gather(*asking)


def require_told(who: str, operation: Operation, status: int) -> None:
    """Go on where an answer tells something of the gate."""
    words = f"{operation.name} answers {who} by {status}: nobody can tell"
    require_provable(status not in UNTOLD, words)


def is_harmless(operation: Operation) -> bool:
    """Say whether a request that passes the gate changes nothing behind it."""
    refused = bool(operation.schema) or operation.takes_identifier
    return not operation.writes or refused
