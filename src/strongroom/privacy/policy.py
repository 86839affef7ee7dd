"""Which columns must be named, in which order rows go, and what a person is told.

Decisions about data that was read elsewhere: no I/O and no clock.
"""

import calendar
import hashlib
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from strongroom.crypto import ChainBroken, canonical_json, read_chain, sign
from strongroom.db import Column
from strongroom.kernel import Invalid, Period, PersonalTable
from strongroom.organizations import Belonging

from .errors import LedgerBroken
from .models import Hold, Kept, PersonalFiles, Registry


EXPORT_LINK = "fetch an export"

_HARMLESS = re.compile(
    r"uuid|boolean|smallint|integer|bigint|real|double precision|numeric|oid"
    r"|interval|date|time.*"
)
"""Kinds of columns that cannot hold a name, an address or a text."""

_MOMENTS = re.compile(r"date|timestamp.*")


def require_words(text: str) -> str:
    """Return what a person writes to a human, line by line.

    Raises:
        Invalid: it holds control characters other than tabs and ends of lines.

    """
    if any(unicodedata.category(each) == "Cc" for each in set(text) - set("\t\n\r")):
        raise Invalid(fields={"words": "Use visible characters and new lines."})
    return text


def faults_of(columns: Sequence[Column], registry: Registry) -> list[str]:
    """Return where the registry and the database disagree, each with what to do."""
    known: dict[str, dict[str, Column]] = {}
    for column in columns:
        known.setdefault(column.table, {})[column.name] = column
    found = [fault for table in known for fault in _unsaid(table, known, registry)]
    for entry in registry.tables:
        if entry.table in known:
            found += _impossible(entry, known[entry.table])
        else:
            found.append(f"table {entry.table}: it is registered, and there is none")
    return found


def _unsaid(
    table: str, known: Mapping[str, Mapping[str, Column]], registry: Registry
) -> Iterator[str]:
    entry = registry.find(table)
    if entry is None:
        yield f"table {table}: say in a personal_data.py what it holds about people"
        return
    for column in known[table].values():
        named = entry.named | {subject.column for subject in entry.subjects}
        if not _HARMLESS.fullmatch(column.kind) and column.name not in named:
            yield (
                f"table {table}, column {column.name}: say in a personal_data.py"
                " whether it is personal, and what for"
            )


def _impossible(entry: PersonalTable, columns: Mapping[str, Column]) -> Iterator[str]:
    names = {*entry.named, *entry.withheld, *(each.column for each in entry.subjects)}
    for name in sorted(names - set(columns)):
        yield f"table {entry.table}: there is no column {name}"
    if isinstance(entry.kept, Period):
        clock = columns.get(entry.kept.clock)
        if clock is None or not _MOMENTS.fullmatch(clock.kind):
            yield f"table {entry.table}: {entry.kept.clock} is no clock to keep it by"
    for name in entry.personal if entry.on_erasure == "anonymise" else ():
        column = columns.get(name)
        if column and not column.nullable and name not in entry.instead:
            yield (
                f"table {entry.table}, column {name}: it cannot be emptied;"
                " say what stands there instead"
            )


def kept_with(held: Iterable[str], references: set[tuple[str, str]]) -> frozenset[str]:
    """Return the *held* tables and those on whose rows theirs depend."""
    kept = set(held)
    while more := {up for down, up in references if down in kept} - kept:
        kept |= more
    return frozenset(kept)


def public_table(registry: Registry) -> list[Kept]:
    """Return what is kept about people, and whatever else has an end."""
    return [
        kept_of(each, registry)
        for each in registry.tables
        if each.subject or isinstance(each.kept, Period)
    ] + [
        Kept(each.title, (each.purpose,), each.ground, each.kept, "deleted")
        for each in registry.files
    ]


def kept_of(entry: PersonalTable, registry: Registry) -> Kept:
    """Return one line of the table."""
    purposes = tuple(dict.fromkeys([*entry.personal.values(), entry.purpose]))
    said = tuple(filter(None, purposes))
    return Kept(
        title=entry.title,
        purposes=said or (entry.because,),
        ground=entry.ground or "about nobody",
        until=until_of(entry, registry),
        on_erasure=_erasure_words(entry),
    )


def until_of(entry: PersonalTable, registry: Registry) -> str:
    """Return in words what ends the rows of *entry*."""
    if isinstance(entry.kept, str):
        return entry.kept
    return f"{span(entry.kept.under(registry.policy))} {_CLOCKS[entry.kept.clock]}"


class _Clocks(dict[str, str]):
    def __missing__(self, clock: str) -> str:
        return f"after it was {clock.removesuffix('_at').replace('_', ' ')}"


_CLOCKS = _Clocks(
    created_at="after it was made",
    occurred_at="after it happened",
    expires_at="after its end",
    finished_at="after it was seen",
    day="after its day",
)


def _erasure_words(entry: PersonalTable) -> str:
    if entry.subject is None:
        return "nothing: it is about nobody"
    words = {
        "delete": "deleted",
        "anonymise": "stays, without the person",
        "retain": "stays until its end",
    }[entry.on_erasure]
    return f"{words}: {entry.because}" if entry.because else words


def span(length: timedelta) -> str:
    """Return *length* in years, days or hours, in the largest that fits it."""
    days, rest = divmod(length, timedelta(days=1))
    number, unit = (days, "day") if days else (rest // timedelta(hours=1), "hour")
    if days and days % 365 == 0 and days > 365:  # noqa: PLR2004 - a year is 365 days.
        number, unit = days // 365, "year"
    return f"{number} {unit}{'s' if number != 1 else ''}"


def file_of(table: str) -> str:
    """Return the name under which a table's rows stand in an export."""
    return f"data/{table}.json"


def place_in_copy(files: PersonalFiles, name: str) -> str:
    """Return where an embedder's file stands in an export.

    Raises:
        ValueError: its name would lead out of its folder.

    """
    parts = name.split("/")
    if not all(parts) or {".", ".."} & set(parts) or "\\" in name or "\0" in name:
        message = f"{files.name}: a file cannot be called {name!r} in a copy"
        raise ValueError(message)
    return f"files/{files.name}/{name}"


def rows_as_json(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Return rows as indented JSON."""
    return json.dumps(rows, indent=1, ensure_ascii=False, sort_keys=True).encode()


def sealed_with(
    files: Mapping[str, bytes],
    counts: Mapping[str, int],
    tables: Sequence[PersonalTable],
    about: Mapping[str, str],
    key: Ed25519PrivateKey,
) -> dict[str, bytes]:
    """Return what makes an export whole: read me, manifest, and its signature."""
    whole = {**files, "README.txt": README.format(**about).encode()}
    manifest = {
        "_type": "https://strongroom.dev/export/v1",
        **about,
        "files": {
            name: {
                "sha256": hashlib.sha256(content).hexdigest(),
                "bytes": len(content),
                "rows": counts.get(name, 0),
            }
            for name, content in whole.items()
        },
        "withheld": {each.table: dict(each.withheld) for each in tables},
    }
    return {
        "README.txt": whole["README.txt"],
        "manifest.json": canonical_json(manifest),
        "manifest.dsse.json": canonical_json(sign(manifest, key)),
    }


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return *files* as a ZIP archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


README = """\
This archive holds what {service} keeps about {email}, as of {at}.

data/          one JSON file per store, one object per row
files/         what is kept as files, if anything is
manifest.json  every file with its SHA-256 and number of rows, and what is left out
manifest.dsse.json  the same, signed; keys: {url}/.well-known/strongroom/jwks.json
"""


def export_ready(service: str, link: str, kept: timedelta) -> tuple[str, str]:
    """Return subject and text of the mail that leads to an export."""
    return f"Your data from {service} is ready", (
        f"The copy of your data that you asked {service} for is ready.\n\n"
        f"Fetch it within {span(kept)}; the link works once, while you are signed in:"
        f"\n\n{link}\n\n"
        "If you did not ask for it, change your password: somebody knows it.\n"
    )


def erasure_asked(service: str, link: str, starts_at: datetime) -> tuple[str, str]:
    """Return subject and text of the mail that warns of an erasure."""
    return f"Your account at {service} will be erased", (
        f"On {starts_at:%-d %B %Y at %H:%M} UTC your account at {service} and your data"
        " will be erased.\nNobody can bring them back afterwards.\n\n"
        f"To keep them, sign in before that and press “Keep my account”:\n\n{link}\n\n"
        "If you did not ask for this, do so now and change your password.\n"
    )


def must_hand_over(names: Sequence[str]) -> str:
    """Return what the last owner of organizations with other members must do."""
    listed = ", ".join(names)
    return (
        f"You are the last owner of {listed}, and others are members there."
        " Under Members, make one of them the owner, or remove them; then ask again."
    )


def whole_ledger(text: bytes, key: bytes, known: int) -> list[dict[str, Any]]:
    """Return the links of the ledger, of which *known* must be there at least.

    Raises:
        LedgerBroken: a line was edited, or the known ones are not all there.

    """
    try:
        chain = read_chain(text, key)
    except ChainBroken as broken:
        raise LedgerBroken(str(broken)) from None
    if len(chain) < known:
        message = f"line {len(chain) + 1} and those after it, up to {known}, are gone"
        raise LedgerBroken(message)
    return chain


def organizations_of(left: Sequence[Belonging]) -> Sequence[UUID | None]:
    """Return whose log says that a member was erased; None is the house's own."""
    return [each.organization.id for each in left] or [None]


def held_stores(holds: Sequence[Hold], account_id: UUID) -> frozenset[str]:
    """Return the stores in which a person's rows are held."""
    return frozenset(each.store for each in holds if each.account_id == account_id)


def expiring(registry: Registry) -> list[tuple[PersonalTable, Period]]:
    """Return the tables whose rows the retention job ends, and when."""
    return [
        (each, each.kept)
        for each in registry.tables
        if isinstance(each.kept, Period) and each.kept.by is None
    ]


def ownerless(left: Sequence[Belonging]) -> list[str]:
    """Return the names of organizations that others would be left in without owner."""
    return [
        each.organization.name for each in left if each.members > 1 and each.only_owner
    ]


def due_after(opened_at: datetime) -> datetime:
    """Return the end of the month within which to answer (GDPR Art. 12(3)).

    A month that is too short ends with its last day (Regulation 1182/71, Art. 3(2)(c)).
    """
    year, month = opened_at.year + opened_at.month // 12, opened_at.month % 12 + 1
    last = calendar.monthrange(year, month)[1]
    return opened_at.replace(year=year, month=month, day=min(opened_at.day, last))
