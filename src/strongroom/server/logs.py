"""One log for every process: JSON lines in a file, one-liners for a person.

Guards against secrets in the log: of an exception only its kind and place are
written. Any process may append; one of them rotates, and the others notice.
"""

import contextlib
import logging
import logging.config
import os
import time
from logging import LogRecord
from pathlib import Path
from typing import Any

import msgspec


log = logging.getLogger("strongroom")

LARGEST_BYTES = 10 * 1024 * 1024
KEPT_FILES = 5
LOOK_AGAIN_SECONDS = 1.0
"""How soon an appending process notices that another has rotated the file."""


class SharedFile:
    """A file to which several processes append, each whole lines in one write."""

    def __init__(self, path: Path) -> None:
        """Append to *path*, which is opened when first needed."""
        self._path = path
        self._handle, self._looked = -1, 0.0

    def append(self, lines: bytes) -> None:
        """Write *lines*; what does not fit on a full disk is lost, not an answer."""
        with contextlib.suppress(OSError):
            os.write(self._open(), lines)

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


class JSONLine(logging.Formatter):
    """Shows a record as one line of JSON."""

    def format(self, record: LogRecord) -> str:
        """Return the line, without its end."""
        shown = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
            + f".{int(record.msecs):03}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
            "message": record.getMessage(),
        }
        if record.exc_info and record.exc_info[1]:
            shown["raised"] = place_of(record.exc_info[1])
        return msgspec.json.encode(shown).decode()


class OneLine(logging.Formatter):
    """Shows a record to a person, on one line whatever it holds."""

    def format(self, record: LogRecord) -> str:
        """Return the line, without its end."""
        words = "".join(c if c.isprintable() else " " for c in record.getMessage())
        if record.exc_info and record.exc_info[1]:
            words += f" ({place_of(record.exc_info[1])})"
        mark = (
            "" if record.levelno < logging.WARNING else f"{record.levelname.lower()}: "
        )
        return f"strongroom: {mark}{words}"


class Quiet(logging.Filter):
    """Lets our own words through, and of others only warnings."""

    def filter(self, record: LogRecord) -> bool:
        """Say whether a person should see *record*."""
        ours = record.name.partition(".")[0] == "strongroom"
        return ours or record.levelno >= logging.WARNING


def log_settings(path: Path) -> dict[str, Any]:
    """Return what ``logging.config.dictConfig`` needs, in any process of the server."""
    both = ["file", "person"]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": JSONLine}, "line": {"()": OneLine}},
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


def rotate(path: Path) -> None:
    """Begin a new file when the present one is large, and keep the last few."""
    try:
        large = path.stat().st_size > LARGEST_BYTES
    except FileNotFoundError:
        return
    if large:
        for number in range(KEPT_FILES - 1, 0, -1):
            older = path.with_name(f"{path.name}.{number}")
            if older.exists():
                older.replace(path.with_name(f"{path.name}.{number + 1}"))
        path.replace(path.with_name(f"{path.name}.1"))


def place_of(raised: BaseException) -> str:
    """Return what was raised and where; its message may hold what a visitor sent."""
    trace = raised.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    name = type(raised).__name__
    if trace is None:
        return name
    code = trace.tb_frame.f_code
    return f"{name} in {code.co_qualname}:{trace.tb_lineno}"
