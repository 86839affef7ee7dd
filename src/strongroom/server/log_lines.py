"""What one line of the log says: chosen fields, each through the one redaction.

Guards against secrets in the log and against forged lines: of an exception only its
kind and place are told, of a library's message its first line, and what is left is
cleaned. It cannot know a secret that has no known shape and no name beside it.
"""

import time
from collections.abc import Callable, MutableMapping
from logging import WARNING, LogRecord
from pathlib import Path
from sysconfig import get_path
from traceback import walk_tb
from types import CodeType
from typing import Any

import msgspec
from structlog.stdlib import ExtraAdder, ProcessorFormatter

import strongroom
from strongroom.redaction import redaction


EXTRA = ("action", "claim", "job", "milliseconds", "request_id", "status")
"""What a caller may add by ``extra``; anything else that it adds is dropped."""

OURS = "strongroom"

_OURS_AT = str(Path(strongroom.__file__).parent)
_LIBRARIES = tuple(get_path(each) for each in ("stdlib", "purelib", "platlib"))
"""Where code lies that nobody here wrote."""

Told = dict[str, Any]
Render = Callable[[Any, str, MutableMapping[str, Any]], str]


def json_lines() -> ProcessorFormatter:
    """Return what shows a record as one line of JSON."""
    return _formatter(as_json)


def one_liners() -> ProcessorFormatter:
    """Return what shows a record to a person, on one line whatever it holds."""
    return _formatter(as_words)


def _formatter(render: Render) -> ProcessorFormatter:
    return ProcessorFormatter(
        processors=[ExtraAdder(allow=EXTRA), chosen, cleaned, render],
        use_get_message=False,
        pass_foreign_args=True,
    )


def chosen(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Told:
    """Return the fields that a line may have."""
    record: LogRecord = event["_record"]
    seconds = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
    fields = {
        "at": f"{seconds}.{int(record.msecs):03}Z",
        "level": record.levelname.lower(),
        "logger": record.name,
        "process": record.process,
        "message": message_of(record, event.get("positional_args") or ()),
    }
    raised = event.get("exc_info")
    if isinstance(raised, tuple) and raised[1] is not None:
        fields["raised"] = place_of(raised[1])
    return fields | {name: event[name] for name in EXTRA if name in event}


def cleaned(_logger: Any, _method: str, fields: MutableMapping[str, Any]) -> Told:
    """Return *fields* after the redaction; numbers are what they are."""
    return {
        name: value
        if isinstance(value, int | float | None)
        else redaction.clean(str(value))
        for name, value in fields.items()
    }


def as_json(_logger: Any, _method: str, fields: MutableMapping[str, Any]) -> str:
    """Return the line for the file; JSON escapes what could end or colour it."""
    return msgspec.json.encode(fields).decode()


def as_words(_logger: Any, _method: str, fields: MutableMapping[str, Any]) -> str:
    """Return the line for a person."""
    told = fields["message"] + (f" ({fields['raised']})" if "raised" in fields else "")
    words = "".join(sign if sign.isprintable() else " " for sign in told)
    mark = "" if fields["level"] in {"debug", "info"} else f"{fields['level']}: "
    return f"strongroom: {mark}{words}"


def message_of(record: LogRecord, values: Any) -> str:
    """Return the message, without the words of foreign exceptions."""
    template = str(_safe(record.msg))
    try:
        message = template % _safe_values(values) if values else template
    except (KeyError, TypeError, ValueError):
        message = template
    # What libraries add in further lines is a dump: a traceback, a task, a request.
    return message if _is_ours(record.name) else (message.splitlines() or [""])[0]


def place_of(raised: BaseException) -> str:
    """Return what was raised and where; its message may hold what a visitor sent.

    Where is the innermost line of an app's own code, else of ours, else of a library:
    what a library was asked for is told by the line that asked.
    """
    name, frames = type(raised).__name__, [*walk_tb(raised.__traceback__)]
    if not frames:
        return name
    frame, line = max(reversed(frames), key=lambda each: _nearness(each[0].f_code))
    return f"{name} in {frame.f_code.co_qualname} line {line}"


def _nearness(code: CodeType) -> int:
    """Return 2 for an app's code, 1 for ours, 0 for that of libraries."""
    if code.co_filename.startswith(_OURS_AT):
        return 1
    # What is compiled or frozen in has no whole path, and is a library's as well.
    is_app = Path(code.co_filename).is_absolute()
    return 2 if is_app and not code.co_filename.startswith(_LIBRARIES) else 0


def is_for_people(record: LogRecord) -> bool:
    """Say whether a person should see *record*: ours, and of others warnings."""
    return _is_ours(record.name) or record.levelno >= WARNING


def _is_ours(name: str) -> bool:
    return name.partition(".")[0] == OURS


def _safe(value: Any) -> Any:
    """Return *value*, or of an exception that is not ours its kind and place."""
    if isinstance(value, BaseException) and not _is_ours(type(value).__module__):
        return place_of(value)
    return value


def _safe_values(values: Any) -> Any:
    if isinstance(values, dict):
        return {name: _safe(value) for name, value in values.items()}
    return tuple(map(_safe, values))
