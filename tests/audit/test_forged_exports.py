"""Exports that were changed so that another reader sees something else."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from strongroom.room import Strongroom
from strongroom.tlog import Verdict, VerifierKey, verify_export
from tests.people import found_organization, organization_of


LOGS = "/api/v1/audit-logs"


@dataclass(frozen=True, slots=True)
class Export:
    """An export, and what a stranger needs to verify it."""

    lines: Sequence[bytes]
    key: VerifierKey
    now: datetime

    def verdict(self) -> Verdict:
        """Return how it verifies."""
        return verify_export(self.lines, [self.key], now=self.now)

    def told(self, number: int) -> dict[str, Any]:
        """Return what one line tells; the head is the first."""
        found: dict[str, Any] = json.loads(self.lines[number])
        return found

    def changed(self, number: int, line: bytes) -> "Export":
        """Return it with another line in one place."""
        lines = [*self.lines]
        lines[number] = line
        return replace(self, lines=lines)


@pytest.fixture
async def export(room: Strongroom, app: httpx.AsyncClient) -> Export:
    """Return the log of somebody who has just signed up."""
    await found_organization(room, app)
    await room.audit_tree.seal()
    lines = (await app.get(f"{LOGS}/export")).content.splitlines()
    key = room.audit_tree.verifier_key(await organization_of(app))
    exported = Export(lines, key, datetime.now(UTC))
    assert exported.verdict().holds
    return exported


def test_a_member_that_stands_twice_is_damage(export: Export) -> None:
    """Around the entry or within it: two readers would see two of them."""
    body = export.lines[1].decode()
    forged = json.dumps({**export.told(1)["entry"], "action": "nothing.happened"})
    within = body.index("{", body.index('"entry":')) + 1
    for double in (
        f'{{"entry": {forged}, {body[1:]}',
        f'{body[:within]}"action":"nothing.happened",{body[within:]}',
    ):
        assert json.loads(double) == export.told(1)
        (finding, *_) = export.changed(1, double.encode()).verdict().findings
        assert (finding.what, "twice" in finding.says) == ("damaged", True)


def test_an_export_does_not_say_when_entries_may_be_dropped(export: Export) -> None:
    """That word is not signed: sooner than any log drops them, it is a lie."""
    head, told = export.told(0) | {"kept_days": 0}, export.told(1)
    emptied = {**told, "entry": None, "about": None, "salt": None}
    changed = export.changed(0, json.dumps(head).encode())
    verdict = changed.changed(1, json.dumps(emptied).encode()).verdict()
    assert "dropped after 0 days" in verdict.findings[0].says


def test_nothing_is_told_of_a_person_whose_entry_is_gone(export: Export) -> None:
    """Nobody could check it."""
    about = {"actor_name": "canary@example.invalid", "address": None}
    told = export.told(1) | {"entry": None, "about": about}
    kept = timedelta(days=export.told(0)["kept_days"] + 1)
    later = replace(export.changed(1, json.dumps(told).encode()), now=export.now + kept)
    assert [each.where for each in later.verdict().findings] == ["entry 0"]


@pytest.mark.parametrize("kept", [10**12, -(10**12), 10**400, None, "soon", [1]])
def test_an_odd_period_is_told_of_and_raises_nothing(export: Export, kept: Any) -> None:
    """Whoever wrote it, the verifier ends in words."""
    head = export.told(0) | {"kept_days": kept}
    assert not export.changed(0, json.dumps(head).encode()).verdict().holds


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("line", [b"[" * 200_000, b"[]", b"7", b'{"a":', b"\xff"])
def test_odd_lines_are_told_of_and_raise_nothing(
    export: Export, number: int, line: bytes
) -> None:
    """Deeply nested, no object, cut, or no text at all."""
    assert not export.changed(number, line).verdict().holds
