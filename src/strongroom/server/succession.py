"""One root key in the place of another, while everything goes on.

The vault's shares are made anew at once, the passwords of roles and the key of the
tenant context at the next start. What cannot be made anew, such as the pepper of
passwords and the keys that sign, goes on coming from the old root, kept sealed under
the new one. Each step may be interrupted; the same command takes it up again.

    DATA/keys/lineage.<id>   which root makes what, sealed under the root with that id
    DATA/keys/root.next      the new key of the folder, until it takes over
    DATA/keys/wrapped.next   the same, wrapped by a key service
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from strongroom.crypto import (
    Keyring,
    Lineage,
    SealInvalid,
    fingerprint,
    new_key,
    unwrap,
    wrap,
)

from .data_folder import DataFolder, write_new
from .errors import CannotStart
from .key_services import root_wrapper
from .root_key import FILE, SERVICE, read_root


AT_ONCE = ("vault ",)
AT_START = ("database app", "database owner", "database system", "tenant context")
"""How the purposes begin whose keys are made anew."""

FOLDER = "folder"
SEALING = "lineage"


@dataclass(frozen=True, slots=True)
class Successor:
    """The new root key, and what the operator has to change for it."""

    key: bytes = field(repr=False)
    draft: Path | None
    final: Path | None
    setting: str | None
    """The setting that must name it from now on, with its value."""


def keyring_of(folder: DataFolder, root: bytes) -> Keyring:
    """Return every key of the house whose root is *root*.

    Raises:
        CannotStart: the note about older roots was altered.

    """
    note = _note(folder, root)
    if not note.exists():
        return Keyring(root)
    try:
        sealed = bytes.fromhex(note.read_text(encoding="ascii"))
        raw = unwrap(Keyring(root).derive(SEALING), sealed, SEALING)
    except (SealInvalid, ValueError):
        message = f"{note} was altered: bring it back from a copy"
        raise CannotStart(message) from None
    return Keyring(root, msgspec.json.decode(raw, type=list[tuple[str, bytes]]))


def successor_of(
    folder: DataFolder, target: str, environment: Mapping[str, str]
) -> Successor:
    """Return the new root key: of the folder, a private file, or a key service.

    Raises:
        CannotStart: it cannot be read, or the service refuses.

    """
    if target == FOLDER:
        draft = folder.keys / "root.next"
        if not draft.exists():
            write_new(draft, new_key().hex())
        return Successor(read_root(draft), draft, folder.root_key_file, None)
    if target.startswith("/"):
        return Successor(read_root(Path(target)), None, None, f"{FILE}={target}")
    service, draft = root_wrapper(target, environment), folder.keys / "wrapped.next"
    if not draft.exists():
        write_new(draft, service.wrap(new_key()).hex())
    key = service.unwrap(bytes.fromhex(draft.read_text(encoding="ascii")))
    return Successor(key, draft, folder.wrapped_root, f"{SERVICE}={target}")


def keep_old(folder: DataFolder, old: Keyring, new: bytes) -> None:
    """Note, sealed under the *new* root, what *old* ones must still make."""
    lineage = [(start, new) for start in AT_ONCE]
    lineage += [(start, old.root_of(start)) for start in AT_START]
    _write(folder, new, [*lineage, ("", old.root_of(""))])


def take_over(folder: DataFolder, new: Successor) -> None:
    """Put the *new* root where the next start looks, and take the old one away."""
    if new.draft and new.final:
        new.draft.replace(new.final)
    for path in {folder.root_key_file, folder.wrapped_root} - {new.final}:
        path.unlink(missing_ok=True)
    folder.split_note.unlink(missing_ok=True)
    handle = os.open(folder.keys, os.O_RDONLY | os.O_DIRECTORY)
    os.fsync(handle)
    os.close(handle)


def settle(folder: DataFolder, root: bytes) -> None:
    """At a start, let *root* make whatever can be made anew; forget other notes."""
    note = _note(folder, root)
    if not note.exists():
        return
    house = keyring_of(folder, root).root_of("")
    _write(
        folder, root, [*((each, root) for each in (*AT_ONCE, *AT_START)), ("", house)]
    )
    for other in folder.keys.glob("lineage.*"):
        if other != note:
            other.unlink()


def _note(folder: DataFolder, root: bytes) -> Path:
    return folder.keys / f"lineage.{fingerprint(root).hex()[:16]}"


def _write(folder: DataFolder, root: bytes, lineage: Lineage) -> None:
    key, note = Keyring(root).derive(SEALING), _note(folder, root)
    sealed, draft = (
        wrap(key, msgspec.json.encode(lineage), SEALING),
        note.with_suffix(note.suffix + "-draft"),
    )
    draft.unlink(missing_ok=True)
    write_new(draft, sealed.hex())
    draft.replace(note)
