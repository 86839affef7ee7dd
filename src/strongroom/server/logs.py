"""One log for every process: JSON lines in a file, one-liners for a person.

Guards against lines that miss the redaction: every logger, warning and uncaught
exception of a process ends here. Any process may append; one of them rotates, and
the others notice. What a line may say is decided in ``log_lines``.
"""

import logging
import logging.config
import os
import sys
import threading
import time
from collections import Counter
from logging import LogRecord
from pathlib import Path
from typing import Any

from .log_lines import is_for_people, json_lines, one_liners


log = logging.getLogger("strongroom")

LOOK_AGAIN_SECONDS = 1.0
"""How soon an appending process notices that another has rotated the file."""

lost_lines: Counter[str] = Counter()
"""Lines of this process that a full or absent disk did not take."""


class SharedFile:
    """A file to which several processes append, each whole lines in one write."""

    def __init__(self, path: Path) -> None:
        """Append to *path*, which is opened when first needed."""
        self._path = path
        self._handle, self._looked = -1, 0.0

    def append(self, lines: bytes) -> None:
        """Write *lines*; what does not fit on a full disk is counted, and lost."""
        try:
            os.write(self._open(), lines)
        except OSError:
            lost_lines["file"] += lines.count(b"\n")

    def _open(self) -> int:
        now = time.monotonic()
        if now - self._looked > LOOK_AGAIN_SECONDS:
            if self._handle >= 0:
                os.close(self._handle)
                self._handle = -1
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
            self._handle = os.open(self._path, flags, 0o600)
            self._looked = now
        return self._handle


class AppendedFile(logging.Handler):
    """Appends each record to a shared file."""

    def __init__(self, path: str) -> None:
        """Append to *path*."""
        super().__init__()
        self._file = SharedFile(Path(path))

    def emit(self, record: LogRecord) -> None:
        """Write one line."""
        self._file.append(self.format(record).encode(errors="replace") + b"\n")


class Quiet(logging.Filter):
    """Lets our own words through, and of others only warnings."""

    def filter(self, record: LogRecord) -> bool:
        """Say whether a person should see *record*."""
        return is_for_people(record)


def log_settings(path: Path) -> dict[str, Any]:
    """Return what ``logging.config.dictConfig`` needs, in any process of the server."""
    both = ["file", "person"]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": json_lines}, "line": {"()": one_liners}},
        "filters": {"quiet": {"()": Quiet}},
        "handlers": {
            "file": {"()": AppendedFile, "path": str(path), "formatter": "json"},
            "person": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stderr",
                "formatter": "line",
                "filters": ["quiet"],
            },
        },
        "root": {"level": "INFO", "handlers": both},
        "loggers": {
            # The name of Granian's own logger, which it insists on setting up.
            "_granian": {"level": "INFO", "handlers": both, "propagate": False},
            "httpx": {"level": "WARNING"},
        },
    }


def configure_logs(path: Path) -> None:
    """Send every record of this process to the file and, if it matters, to stderr."""
    # A terminal that has gone away is no reason for a traceback.
    logging.raiseExceptions = False
    logging.config.dictConfig(log_settings(path))
    catch_the_rest()


def catch_the_rest() -> None:
    """Log what Python would print itself: warnings, and what nobody caught."""
    logging.captureWarnings(capture=True)
    sys.excepthook = lambda _, raised, __: _uncaught(raised)
    threading.excepthook = lambda told: _uncaught(told.exc_value)
    sys.unraisablehook = lambda told: _uncaught(told.exc_value)


def _uncaught(raised: BaseException | None) -> None:
    if not isinstance(raised, KeyboardInterrupt):
        log.critical("nobody caught what was raised", exc_info=raised)
