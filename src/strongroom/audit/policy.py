"""What of an entry stands in the tree in the clear, and what only as a hash."""

import csv
import io
import json
import os
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from strongroom.tlog import Leaf, commitment, digest_of


class Columns(Protocol):
    """A row, read by the names of its columns."""

    def __getitem__(self, name: str, /) -> Any:
        """Return the value of one column."""


HOUSE_TREE = "house"
SALT_BYTES = 16

FACTS = (
    "action",
    "outcome",
    "reason",
    "actor_kind",
    "target_kind",
    "target_id",
    "request_id",
)
PERSONAL = ("actor_name", "address", "user_agent")
"""What is about a person; it can be emptied, and the tree stays as it is."""


def tree_name(organization_id: UUID | None) -> str:
    """Return what an organization's tree is called: the last part of its origin."""
    return str(organization_id) if organization_id else HOUSE_TREE


def origin_of(host: str, organization_id: UUID | None) -> str:
    """Return the origin of a tree's checkpoints (C2SP tlog-checkpoint)."""
    return f"{host}/audit/{tree_name(organization_id)}"


def facts_of(row: Columns) -> dict[str, Any]:
    """Return the part of an entry's *row* that its leaf holds in the clear."""
    return {
        "id": str(row["id"]),
        "organization": _text(row["organization_id"]),
        "occurred_at": moment_of(row),
        "actor_id": _text(row["actor_id"]),
        # As text: a fraction in it would have no one form (RFC 8785).
        "details": json.dumps(json.loads(row["details"]), sort_keys=True),
        **{name: row[name] for name in FACTS},
    }


def moment_of(row: Columns) -> str:
    """Return when an entry happened, as its leaf has it."""
    occurred: datetime = row["occurred_at"]
    return occurred.isoformat(timespec="microseconds")


def personal_of(row: Columns) -> dict[str, Any]:
    """Return the part of an entry's *row* that its leaf holds as a hash."""
    return {name: _text(row[name]) for name in PERSONAL}


def sealed_leaf(row: Columns) -> Leaf:
    """Return the leaf of an entry that no tree has yet."""
    # Whoever was forgotten before the seal left no salt: a random one stands for them.
    salt = row["salt"].bytes if row["salt"] else os.urandom(SALT_BYTES)
    about = commitment(salt, personal_of(row))
    return Leaf(moment_of(row), digest_of(facts_of(row)), about)


def leaf_row(row: Columns) -> tuple[UUID, datetime, bytes, bytes]:
    """Return what is kept of an entry's leaf: id, time, digest and commitment."""
    leaf = sealed_leaf(row)
    facts, personal = bytes.fromhex(leaf.facts), bytes.fromhex(leaf.personal)
    return row["id"], row["occurred_at"], facts, personal


def leaf_of(row: Columns) -> Leaf:
    """Return the leaf that is kept in *row*."""
    at: datetime = row["at"]
    moment = at.isoformat(timespec="microseconds")
    return Leaf(moment, row["facts"].hex(), row["personal"].hex())


def head_line(note: bytes, kept: timedelta) -> bytes:
    """Return the first line of an export."""
    head = {"checkpoint": note.decode(), "kept_days": kept.days}
    return json.dumps(head).encode() + b"\n"


def leaf_line(row: Columns, sealed: bytes) -> bytes:
    """Return a leaf's line of an export: what was *sealed*, and what is there now."""
    leaf = leaf_of(row)
    kept, named = row["id"] is not None, row["salt"] is not None
    line = {
        "index": row["leaf"],
        "leaf": sealed.hex(),
        "at": leaf.at,
        "facts": leaf.facts,
        "personal": leaf.personal,
        "entry": facts_of(row) if kept else None,
        "about": personal_of(row) if kept and named else None,
        "salt": row["salt"].hex if kept and named else None,
    }
    return json.dumps(line, ensure_ascii=False).encode() + b"\n"


HEADINGS = (
    "leaf",
    "occurred_at",
    "action",
    "outcome",
    "reason",
    "actor",
    "target_kind",
    "target_id",
    "address",
    "user_agent",
    "request_id",
)

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What spreadsheets take for the beginning of a formula (OWASP, CSV injection)."""


async def spreadsheet(lines: AsyncIterator[bytes]) -> AsyncIterator[str]:
    """Yield an export as CSV (RFC 4180) that no spreadsheet runs."""
    yield _row(HEADINGS)
    async for line in lines:
        told = json.loads(line)
        if told.get("entry"):
            facts, about = told["entry"], told["about"] or {}
            found = {**facts, **about, "leaf": told["index"]}
            found["actor"] = about.get("actor_name") or facts["actor_kind"]
            yield _row([cell(found.get(name)) for name in HEADINGS])


def cell(value: object) -> str:
    """Return *value* as text that is neither a formula nor more than one line."""
    text = "" if value is None else str(value)
    text = "".join(each if each.isprintable() else " " for each in text)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _row(cells: Sequence[str]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue()


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
