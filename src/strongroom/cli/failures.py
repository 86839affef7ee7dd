"""Every failure in one line that says what to do."""

import click

from strongroom.archive import (
    ArchiveBroken,
    ArchiveUnfit,
    DepotFailed,
    IdentityInvalid,
    NotForThisKey,
)
from strongroom.backups import (
    BackupUnderWay,
    DrillFailed,
    NoRecipient,
    TargetInUse,
)
from strongroom.claims import ProfileInvalid
from strongroom.crypto import ShareInvalid
from strongroom.db import (
    DatabaseUnavailable,
    MigrationChanged,
    UnsafeDatabase,
    embedded,
)
from strongroom.kernel import Refusal, SettingsInvalid
from strongroom.privacy import LedgerBroken
from strongroom.server import CannotStart
from strongroom.tlog import NoteInvalid, TilesBroken
from strongroom.vault import RootKeyWrong

from .output import warn


EXIT_CODE = 2

EXPECTED = (
    ArchiveBroken,
    ArchiveUnfit,
    BackupUnderWay,
    CannotStart,
    DatabaseUnavailable,
    DepotFailed,
    DrillFailed,
    IdentityInvalid,
    LedgerBroken,
    MigrationChanged,
    NoRecipient,
    NotForThisKey,
    NoteInvalid,
    ProfileInvalid,
    Refusal,
    RootKeyWrong,
    SettingsInvalid,
    ShareInvalid,
    TargetInUse,
    TilesBroken,
    UnsafeDatabase,
    embedded.AlreadyRunning,
    embedded.PostgresUnavailable,
)
"""These say in their message what is in the way."""


def tell(failed: Exception) -> int:
    """Write the line about *failed* and return the exit code."""
    if isinstance(failed, click.exceptions.NoArgsIsHelpError):
        click.echo(failed.format_message(), err=True)
    else:
        warn(line_about(failed))
    return EXIT_CODE


def line_about(failed: Exception) -> str:
    """Return what to say."""
    if isinstance(failed, click.UsageError):
        path = failed.ctx.command_path if failed.ctx else "strongroom"
        return f"{_sentence(failed.format_message())} Try: {path} --help"
    if isinstance(failed, click.ClickException):
        return failed.format_message()
    if isinstance(failed, click.Abort):
        # Click hides what ended the question; only a person can press Ctrl-C.
        unheard = isinstance(failed.__context__, EOFError)
        return (
            "nobody answered the question: run it at a terminal, or see --help"
            if unheard
            else "stopped"
        )
    if isinstance(failed, EXPECTED):
        return str(failed)
    if isinstance(failed, OSError) and failed.strerror:
        where = f"{failed.filename}: " if failed.filename else ""
        return f"{where}{failed.strerror}"
    return f"{type(failed).__name__}: {failed}. Run again with strongroom --debug …"


def _sentence(words: str) -> str:
    """Return *words* with an end, so that another sentence can follow."""
    return words if words.endswith((".", "?", "…", "!")) else f"{words}."
