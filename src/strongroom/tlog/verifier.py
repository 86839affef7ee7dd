"""The offline verifier: is this log whole, and does it extend what it once said?

It needs the exported file, the public key, and, to see that nothing was cut off or told
anew, a checkpoint from earlier that somebody else has kept. Without one it can say that
the log agrees with itself, and no more.

An export is lines of JSON: first its checkpoint and how many days entries are kept,
then one line per leaf, in the tree's order. A selection has the lines that somebody
asked for, each with its own proof; what was not asked for, it cannot tell. A tree of
tiles has the hashes alone.
"""

import base64
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from .checkpoint import Checkpoint, NoteInvalid, VerifierKey
from .cosignature import WitnessKey, witnesses_of
from .leaf import Leaf, commitment, digest_of
from .source import Read, leaves_of
from .tree import EMPTY_ROOT, root_of, verify_consistency, verify_inclusion


MOST_FINDINGS = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it must be."""

    what: str
    """One of edited, missing, cut, rewritten, unsigned, unwitnessed, damaged."""

    where: str
    says: str

    def __str__(self) -> str:
        """Return it in one line."""
        return f"{self.what}, {self.where}: {self.says}"


@dataclass(slots=True)
class Verdict:
    """What was looked at, and what was found."""

    origin: str = ""
    size: int = 0
    entries: int = 0
    dropped: int = 0
    kept: timedelta = timedelta(0)
    checkpoints: int = 0
    selection: bool = False
    """Whether only some entries were looked at, each by its own proof."""

    hashes_only: bool = False
    """Whether there was no content to look at."""

    witnessed: int = 0
    """So many entries of the log are covered by the witnesses below."""

    witnesses: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def find(self, what: str, where: str, says: str) -> None:
        """Note a finding, unless there are many already."""
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(what, where, says))


@dataclass(frozen=True, slots=True)
class Demand:
    """So many of these witnesses must have cosigned."""

    witnesses: Sequence[WitnessKey] = ()
    number: int = 0


NO_WITNESS = Demand()
SHORTEST_KEPT = timedelta(days=30)
"""No log drops an entry sooner, so no unsigned word of an export may say so."""

UNREADABLE = (ValueError, KeyError, TypeError, OverflowError, RecursionError)


def verify_export(
    lines: Iterable[bytes],
    keys: Sequence[VerifierKey],
    earlier: Sequence[bytes] = (),
    *,
    now: datetime,
    demand: Demand = NO_WITNESS,
) -> Verdict:
    """Verify an exported log, against *earlier* checkpoints if any.

    *keys* are trusted; *now* decides which entries may have been dropped by then.
    """
    verdict = Verdict(checkpoints=len(earlier))
    rest = iter(lines)
    try:
        head = _read(next(rest, b"{}"))
        signed = Checkpoint.open(head["checkpoint"].encode(), keys)
        verdict.kept = timedelta(days=int(head["kept_days"]))
        droppable = now - verdict.kept
    except (NoteInvalid, AttributeError, *UNREADABLE) as reason:
        verdict.find("unsigned", "checkpoint", f"{reason}")
        return verdict
    if verdict.kept < SHORTEST_KEPT:
        says = f"it says that entries are dropped after {verdict.kept.days} days"
        verdict.find("damaged", "checkpoint", f"{says}, and none are so soon")
    verdict.origin, verdict.size = signed.origin, signed.size
    verdict.selection = head.get("selection") is not None
    if verdict.selection:
        _check_selection(rest, signed, verdict, droppable)
    else:
        leaves = list(_leaves(rest, verdict, droppable))
        _check_size(leaves, signed, verdict)
        for note in earlier:
            _check_extension(note, leaves, signed, keys, verdict)
    _check_witnesses(head, signed, keys, demand, verdict)
    return verdict


def verify_tiles(
    read: Read,
    keys: Sequence[VerifierKey],
    earlier: Sequence[bytes] = (),
    *,
    demand: Demand = NO_WITNESS,
) -> Verdict:
    """Verify a tree by its own files: every hash of it, and nothing of the content.

    Raises:
        TilesBroken: a file is missing or damaged.

    """
    verdict = Verdict(checkpoints=len(earlier), hashes_only=True)
    note = read("checkpoint")
    try:
        signed = Checkpoint.open(note, keys)
    except NoteInvalid as reason:
        verdict.find("unsigned", "checkpoint", f"{reason}")
        return verdict
    verdict.origin, verdict.size = signed.origin, signed.size
    leaves = list(leaves_of(read, signed.size))
    _check_size(leaves, signed, verdict)
    for old in earlier:
        _check_extension(old, leaves, signed, keys, verdict)
    _check_witnesses({"checkpoint": note.decode()}, signed, keys, demand, verdict)
    return verdict


def _check_selection(
    lines: Iterator[bytes], signed: Checkpoint, verdict: Verdict, droppable: datetime
) -> None:
    """Hold each line to the checkpoint by its own proof, in the tree's order."""
    last = -1
    for line in lines:
        where = f"the line after entry {last}"
        try:
            told = _read(line)
            index, where = int(told["index"]), f"entry {told['index']}"
            path = [base64.b64decode(each, validate=True) for each in told["proof"]]
            leaf = _leaf(told, where, verdict, droppable)
        except UNREADABLE as reason:
            verdict.find("damaged", where, f"it cannot be read: {reason!r}")
            return
        try:
            verify_inclusion(leaf, index, signed.size, path, signed.root)
        except ValueError as reason:
            verdict.find("edited", where, f"{reason}")
        if index <= last:
            verdict.find("damaged", where, "it stands there twice, or out of order")
        last = index


def _check_witnesses(
    head: dict[str, Any],
    signed: Checkpoint,
    keys: Sequence[VerifierKey],
    demand: Demand,
    verdict: Verdict,
) -> None:
    """Find who cosigned, over how much, and that this log extends what they saw."""
    if not (demand.witnesses or demand.number):
        return
    try:
        note = str(head.get("cosigned") or head["checkpoint"]).encode()
        seen = Checkpoint.open(note, keys)
        path = [base64.b64decode(each) for each in head.get("extension", ())]
        if seen != signed:
            verify_consistency(seen.size, signed.size, path, seen.root, signed.root)
    except (NoteInvalid, ValueError, TypeError) as reason:
        verdict.find("unwitnessed", "cosigned checkpoint", f"{reason}")
        return
    verdict.witnesses = [key.name for key in witnesses_of(note, demand.witnesses)]
    verdict.witnessed = seen.size if verdict.witnesses else 0
    if len(verdict.witnesses) < demand.number:
        says = f"{len(verdict.witnesses)} of {demand.number} witnesses have cosigned it"
        verdict.find("unwitnessed", "checkpoint", says)


def _read(line: bytes) -> dict[str, Any]:
    """Return a line's members; one that stands twice has no one meaning (RFC 8259).

    Raises:
        ValueError: one does, or it is no JSON.
        TypeError: it is no object.
        RecursionError: it is nested too deeply to be of ours.

    """
    told = json.loads(line, object_pairs_hook=_each_once)
    if not isinstance(told, dict):
        message = "it is no object"
        raise TypeError(message)
    return told


def _each_once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) != len(members):
        message = "a member stands there twice"
        raise ValueError(message)
    return found


def _leaves(
    lines: Iterable[bytes], verdict: Verdict, droppable: datetime
) -> Iterator[bytes]:
    """Yield the leaf that each line comes to, and note what is wrong with it."""
    for expected, line in enumerate(lines):
        where = f"entry {expected}"
        try:
            told = _read(line)
            if told["index"] != expected:
                says = f"in its place stands entry {told['index']}"
                verdict.find("missing", where, says)
                return
            yield _leaf(told, where, verdict, droppable)
        except UNREADABLE as reason:
            verdict.find("damaged", where, f"it cannot be read: {reason!r}")
            return


def _leaf(
    told: dict[str, Any], where: str, verdict: Verdict, droppable: datetime
) -> bytes:
    leaf = Leaf(told["at"], told["facts"], told["personal"])
    if leaf.hash().hex() != told["leaf"]:
        verdict.find("edited", where, "it does not hash to its leaf")
    elif told.get("entry") is None:
        verdict.dropped += 1
        if told.get("about") is not None or told.get("salt") is not None:
            says = "it is dropped, and yet something is told of a person"
            verdict.find("edited", where, says)
        if datetime.fromisoformat(leaf.at) > droppable:
            says = f"it happened at {leaf.at}, and would still be kept"
            verdict.find("missing", where, says)
    else:
        verdict.entries += 1
        _check_content(told, where, verdict)
    return bytes.fromhex(told["leaf"])


def _check_content(told: dict[str, Any], where: str, verdict: Verdict) -> None:
    entry, about = told["entry"], told.get("about")
    if digest_of(entry) != told["facts"] or entry["occurred_at"] != told["at"]:
        verdict.find("edited", where, "its content is not what was sealed")
    elif about is not None:
        salt = bytes.fromhex(told["salt"])
        if commitment(salt, about) != told["personal"]:
            says = "what it says about people is not what was sealed"
            verdict.find("edited", where, says)


def _check_size(leaves: Sequence[bytes], signed: Checkpoint, verdict: Verdict) -> None:
    if len(leaves) < signed.size and verdict.holds:
        where = f"entries {len(leaves)} to {signed.size - 1}"
        verdict.find("cut", where, f"the checkpoint has {signed.size} entries")
    elif len(leaves) > signed.size:
        where = f"entries {signed.size} to {len(leaves) - 1}"
        verdict.find("damaged", where, "no checkpoint has sealed them")
    elif len(leaves) == signed.size and _root(leaves) != signed.root:
        says = "its root is not over these entries"
        verdict.find("rewritten", "checkpoint", says)


def _check_extension(
    note: bytes,
    leaves: Sequence[bytes],
    signed: Checkpoint,
    keys: Sequence[VerifierKey],
    verdict: Verdict,
) -> None:
    try:
        old = Checkpoint.open(note, keys)
    except NoteInvalid as reason:
        verdict.find("unsigned", "earlier checkpoint", str(reason))
        return
    if old.origin != signed.origin:
        says = f"it is of {old.origin}, and not of {signed.origin}"
        verdict.find("unsigned", "earlier checkpoint", says)
    elif old.size > signed.size:
        where = f"entries {signed.size} to {old.size - 1}"
        says = f"{old.size} were signed, and {signed.size} are left"
        verdict.find("cut", where, says)
    elif old.size <= len(leaves) and _root(leaves[: old.size]) != old.root:
        says = f"they are not what the checkpoint of {old.size} entries has sealed"
        verdict.find("rewritten", f"entries before {old.size}", says)


def _root(leaves: Sequence[bytes]) -> bytes:
    return root_of(leaves) if leaves else EMPTY_ROOT
