"""How an entry is written into a table without harming whoever opens it.

Guards against names that a spreadsheet would compute (CWE-1236) and against line
breaks and terminal sequences that would forge a row or hide one (CWE-117).
"""

import csv
import io
import json
import unicodedata
from collections.abc import Iterable

from .models import Entry


CSV_COLUMNS = (
    "id",
    "occurred_at",
    "action",
    "outcome",
    "reason",
    "actor_kind",
    "actor_id",
    "actor_name",
    "target_kind",
    "target_id",
    "address",
    "user_agent",
    "request_id",
    "details",
)

_FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""What begins a formula, also in the wide forms that some spreadsheets read."""

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Controls, marks that turn the direction round, and ends of lines."""


def csv_cells(entry: Entry) -> list[str]:
    """Return *entry* as cells in the order of the columns."""
    values = (
        entry.id,
        entry.occurred_at.isoformat() if entry.occurred_at else None,
        entry.action,
        entry.outcome,
        entry.reason,
        entry.actor.kind,
        entry.actor.id,
        entry.actor.name,
        entry.target.kind,
        entry.target.id,
        entry.origin.address,
        entry.origin.user_agent,
        entry.origin.request_id,
        json.dumps(dict(entry.details)),
    )
    return [cell("" if value is None else str(value)) for value in values]


def cell(text: str) -> str:
    """Return *text* as a cell that no program computes and no line breaks."""
    shown = "".join(_shown(each) for each in text)
    return f"'{shown}" if text.startswith(_FORMULA) else shown


def csv_lines(rows: Iterable[Iterable[str]]) -> bytes:
    """Return *rows* as lines of RFC 4180."""
    written = io.StringIO(newline="")
    csv.writer(written).writerows(rows)
    return written.getvalue().encode()


def _shown(character: str) -> str:
    if unicodedata.category(character) not in _UNSEEN:
        return character
    return character.encode("unicode_escape", "surrogatepass").decode()
