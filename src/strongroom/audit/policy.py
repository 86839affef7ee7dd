"""What of an entry stands in the tree in the clear, and what only as a hash.

And in which forms entries leave the house: lines for the verifier, events of the Open
Cybersecurity Schema Framework (OCSF 1.3), and spreadsheets.
"""

import base64
import csv
import io
import json
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from strongroom.kernel import first_id
from strongroom.tlog import Leaf, commitment, digest_of

from .errors import CursorInvalid, FilterInvalid
from .models import EVERYTHING, EntryFilter


class Columns(Protocol):
    """A row, read by the names of its columns."""

    def __getitem__(self, name: str, /) -> Any:
        """Return the value of one column."""


LOOK_BACK = timedelta(minutes=10)
"""An entry is written at most so long before its transaction ends."""


@dataclass(slots=True)
class Cursor:
    """Behind which entry those without a place in their tree are looked for."""

    after: UUID | None = None
    _began: datetime | None = None
    """When the present way through all that waited was begun."""

    def move(self, last: UUID | None, now: datetime) -> None:
        """Go on behind *last*, or come back for what commits late if nothing waits.

        What commits after the cursor has passed was written shortly before this way
        was begun, or later.
        """
        began = self._began or now
        self._began = began if last else None
        self.after = last or first_id(began - LOOK_BACK)


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

_BY_NAME = json.JSONEncoder(sort_keys=True)


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
        "details": _BY_NAME.encode(json.loads(row["details"])),
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


def head_line(
    note: bytes,
    kept: timedelta,
    wanted: EntryFilter = EVERYTHING,
    cosigned: tuple[bytes, Sequence[bytes]] | None = None,
) -> bytes:
    """Return the first line of an export.

    *cosigned* is the newest checkpoint that witnesses have signed, and the proof that
    *note* extends it.
    """
    head: dict[str, Any] = {"checkpoint": note.decode(), "kept_days": kept.days}
    if wanted != EVERYTHING:
        head["selection"] = narrowing(wanted)
    if cosigned:
        head["cosigned"], head["extension"] = cosigned[0].decode(), _hashes(cosigned[1])
    return json.dumps(head).encode() + b"\n"


def leaf_line(
    row: Columns, sealed: bytes, proof: Sequence[bytes] | None = None
) -> bytes:
    """Return a leaf's line of an export: what was *sealed*, and what is there now.

    A line of a selection has a *proof* of its own.
    """
    line = told_of(row, sealed)
    if proof is not None:
        line["proof"] = _hashes(proof)
    return json.dumps(line, ensure_ascii=False).encode() + b"\n"


def told_of(row: Columns, sealed: bytes) -> dict[str, Any]:
    """Return what is told of a leaf to whoever may read the log."""
    leaf = leaf_of(row)
    kept, named = row["id"] is not None, row["salt"] is not None
    return {
        "index": row["leaf"],
        "leaf": sealed.hex(),
        "at": leaf.at,
        "facts": leaf.facts,
        "personal": leaf.personal,
        "entry": facts_of(row) if kept else None,
        "about": personal_of(row) if kept and named else None,
        "salt": row["salt"].hex if kept and named else None,
    }


def _hashes(found: Sequence[bytes]) -> list[str]:
    return [base64.b64encode(each).decode() for each in found]


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

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What spreadsheets take for the beginning of a formula (OWASP, CSV injection).

The last four are the full-width forms, which some of them take for the plain ones.
"""


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
    # Marks that turn the direction of writing are not printable either.
    text = "".join(each if each.isprintable() else " " for each in text)
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text


def _row(cells: Sequence[str]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue()


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


OCSF_VERSION = "1.3.0"
API_ACTIVITY, AUTHENTICATION = 6003, 3002  # OCSF classes, each with its category first.
LOGON, LOGOFF = 1, 2
SIGNS = {"session.create": LOGON, "session.end": LOGOFF}
VERBS = {
    "create": 1,
    "add": 1,
    "sign-up": 1,
    "read": 2,
    "list": 2,
    "open": 2,
    "export": 2,
    "download": 2,
    "change": 3,
    "change-role": 3,
    "rename": 3,
    "reset": 3,
    "rotate": 3,
    "delete": 4,
    "end": 4,
    "erase": 4,
    "remove": 4,
}
"""The last word of an action, and OCSF's activity of an API: create to delete."""

OTHER = 99


def ocsf_of(told: Mapping[str, Any], product: str = "Strongroom") -> dict[str, Any]:
    """Return what is *told* of a leaf as an OCSF event.

    Signing in and out is Authentication, everything else API Activity. An entry whose
    content was dropped is an event without a content, so that no number is missing.
    """
    entry, about = told["entry"] or {}, told["about"] or {}
    action = str(entry.get("action", "dropped"))
    kind = AUTHENTICATION if action in SIGNS else API_ACTIVITY
    activity = SIGNS.get(action) or VERBS.get(action.rpartition(".")[2], OTHER)
    refused = entry.get("outcome") == "refused"
    user = _user(entry, about)
    event = {
        "class_uid": kind,
        "category_uid": kind // 1000,
        "activity_id": activity,
        "type_uid": kind * 100 + activity,
        "time": int(datetime.fromisoformat(told["at"]).timestamp() * 1000),
        "severity_id": 2 if refused else 1,
        "status_id": 2 if refused else 1,
        "status_detail": entry.get("reason"),
        "metadata": _metadata(told, entry, product),
        "actor": {"user": user},
        "src_endpoint": _endpoint(about),
        "http_request": {
            "uid": entry.get("request_id"),
            "user_agent": about.get("user_agent"),
        },
        "unmapped": {
            "outcome": entry.get("outcome"),
            "details": json.loads(entry.get("details") or "{}"),
            "sealed_leaf": told["leaf"],
        },
    }
    target = {"type": entry.get("target_kind"), "uid": entry.get("target_id")}
    if kind == AUTHENTICATION:
        event |= {"user": user, "service": {"name": product}}
    else:
        event |= {"api": {"operation": action}, "resources": [target]}
    return event


def _metadata(
    told: Mapping[str, Any], entry: Mapping[str, Any], product: str
) -> dict[str, Any]:
    return {
        "version": OCSF_VERSION,
        "product": {"name": product, "vendor_name": product},
        "uid": entry.get("id"),
        "tenant_uid": entry.get("organization"),
        "log_name": "audit",
        "event_code": entry.get("action"),
        "sequence": told["index"],
    }


def _user(entry: Mapping[str, Any], about: Mapping[str, Any]) -> dict[str, Any]:
    name = about.get("actor_name")
    shown = name or entry.get("actor_kind", "unknown")
    return {"uid": entry.get("actor_id"), "name": shown, "email_addr": name}


def _endpoint(about: Mapping[str, Any]) -> dict[str, Any]:
    address = about.get("address")
    return {"ip": address.partition("/")[0]} if address else {"name": "unknown"}


async def as_it_is(lines: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield an export as the verifier reads it."""
    async for line in lines:
        yield line


async def ocsf_lines(lines: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield an export as OCSF events, one per line."""
    async for line in lines:
        told = json.loads(line)
        if "index" in told:
            yield json.dumps(ocsf_of(told)).encode() + b"\n"


FIRST_YEAR, LAST_YEAR = 2000, 9000  # Far from where moving between zones overflows.


def require_usable(wanted: EntryFilter) -> None:
    """Accept a filter that entries could match.

    Raises:
        FilterInvalid: it holds what no entry can hold, or a period turned round.

    """
    texts = (wanted.action, wanted.outcome, wanted.actor, wanted.target)
    # Postgres holds no NUL in a text, so no entry can match one.
    if any("\0" in text for text in texts if text):
        raise FilterInvalid
    for moment in (wanted.since, wanted.until):
        if moment and not FIRST_YEAR <= moment.year <= LAST_YEAR:
            message = f"Choose a time between {FIRST_YEAR} and {LAST_YEAR}."
            raise FilterInvalid(message)
    if wanted.since and wanted.until and wanted.until <= wanted.since:
        message = "The period ends before it begins."
        raise FilterInvalid(message)


def narrowing(wanted: EntryFilter) -> dict[str, str]:
    """Return what a filter narrows, in words for the record."""
    named = asdict(wanted).items()
    return {name: str(value) for name, value in named if value is not None}


def parse_cursor(cursor: str | None) -> UUID | None:
    """Return the entry that a page ended with.

    Raises:
        CursorInvalid: no page gave this cursor.

    """
    try:
        return UUID(cursor) if cursor else None
    except ValueError:
        raise CursorInvalid from None


LONGEST_NAME = 60


def require_view_name(text: str) -> str:
    """Return *text* as the name of a view.

    Raises:
        FilterInvalid: nothing is left of it, or it hides characters, or is too long.

    """
    name = text.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        message = f"Use 1 to {LONGEST_NAME} visible characters."
        raise FilterInvalid(message, fields={"name": message})
    return name
