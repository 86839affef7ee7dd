"""What a request left behind, read as the one who may read everything."""

import json
from typing import Any

import httpx

from strongroom.room import Strongroom


async def recorded(room: Strongroom, answer: httpx.Response) -> list[tuple[Any, ...]]:
    """Return action, outcome and reason of each audit entry of the request."""
    rows = await room.db.system(reason="read what a request left behind").fetch(
        "select action, outcome, reason from strongroom.audit_entries"
        " where request_id = $1 order by id",
        answer.headers["x-request-id"],
    )
    return [tuple(row) for row in rows]


async def details_about(room: Strongroom, target: str) -> list[tuple[str, Any]]:
    """Return action and details of each audit entry about *target*, oldest first."""
    rows = await room.db.system(reason="read what was put on record").fetch(
        "select action, details from strongroom.audit_entries"
        " where target_id = $1 order by id",
        target,
    )
    return [(row["action"], json.loads(row["details"])) for row in rows]
