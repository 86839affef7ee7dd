"""Which cells are sealed for whom, which archives are kept, and when one is due.

Decisions about what was read elsewhere: no I/O and no clock.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from strongroom.archive import Plan, TablePlan
from strongroom.kernel import PersonalTable, Subject

from .settings import BackupSettings


ARCHIVE_KEYS = "strongroom.vault_archive_keys"
LEDGER = "erasures.ndjson"

VAULT_KEYS = TablePlan(
    table="strongroom.vault_keys",
    sealed=("wrapped",),
    owner="t.owner_kind || ':' || t.owner_id",
    unopened="drop",
)
"""An archive holds the vault's keys as they were, each unreadable with its owner's."""

KEYS_ONLY = Plan({}, only=frozenset({ARCHIVE_KEYS}))
"""What goes into an archive of keys; only the newest of these is kept."""


def plan_of(tables: Iterable[PersonalTable]) -> Plan:
    """Return what goes into archives, by what every domain says of its tables."""
    entries = list(tables)
    left_out = {
        each.table: each.backed_up
        for each in entries
        if isinstance(each.backed_up, str)
    }
    sealed = [
        TablePlan(
            each.table,
            tuple(each.personal),
            _owner(_accounts(each)),
            instead=each.instead,
        )
        for each in entries
        if each.personal and each.on_erasure != "retain" and _accounts(each)
    ]
    return Plan(left_out, (*sealed, VAULT_KEYS))


def _accounts(entry: PersonalTable) -> list[Subject]:
    """Return by which accounts a row is a person's; an address alone has no key."""
    return [each for each in entry.own if each.by != "email"]


def _owner(subjects: Sequence[Subject]) -> str:
    return f"coalesce({', '.join(map(_by, subjects))}, null)"


def _by(subject: Subject) -> str:
    """Return the expression that names a row's person, or is null.

    Names are those of registry entries, which accept nothing but plain names.
    """
    column = f't."{subject.column}"'
    conditions = [f"t.\"{name}\" = '{value}'" for name, value in subject.only.items()]
    if subject.by == "account as text":
        conditions.append(f"{column} ~ '^[0-9a-f-]{{36}}$'")
    named = f"'person:' || {column}"
    if not conditions:
        return named
    return f"case when {' and '.join(conditions)} then {named} end"


def made_at(name: str) -> datetime:
    """Return the moment that an archive's name tells."""
    return datetime.strptime(name.split("-")[1], "%Y%m%dT%H%M%S%fZ").replace(tzinfo=UTC)


def spare(names: Sequence[str], settings: BackupSettings) -> list[str]:
    """Return which of the archives called *names* are not kept any more."""
    newest_first = sorted(names, reverse=True)
    kept = set(newest_first[: settings.keep])
    kept |= _newest_of_each(newest_first, "%G-%V", settings.keep_weekly)
    kept |= _newest_of_each(newest_first, "%Y-%m", settings.keep_monthly)
    return [each for each in names if each not in kept]


def _newest_of_each(names: Sequence[str], span: str, count: int) -> set[str]:
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(made_at(name).strftime(span), name)
    return {*list(found.values())[:count]}
