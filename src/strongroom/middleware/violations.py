"""What browsers say that a policy stopped, read from their two kinds of report.

The words come from anybody. What is kept is short, printable and about a page of
ours; an address loses its query, which may hold a secret, and a foreign one its path.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import msgspec


LONGEST_PATH = 200

_WORD = re.compile(r"[a-z-]{1,40}")
_PATH = re.compile(r"/[!-~]*")
_ORIGIN = re.compile(r"[a-z]{1,20}://[!-~]{1,253}")


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that a policy stopped."""

    directive: str
    """Which directive stopped it, such as ``script-src-elem``."""

    blocked: str
    """What: ``inline``, ``eval`` and the like, or the origin it should come from."""

    document: str
    """On which page: its path."""


class _Old(msgspec.Struct, rename="kebab"):
    """The body of a report in the form of CSP Level 2 §4.4."""

    document_uri: str
    violated_directive: str
    effective_directive: str = ""
    blocked_uri: str = ""


class _OldReport(msgspec.Struct, rename="kebab"):
    csp_report: _Old


class _New(msgspec.Struct, rename="camel"):
    """The body of a report in the form of CSP Level 3 §5.3."""

    document_url: str = msgspec.field(name="documentURL")
    effective_directive: str
    blocked_url: str | None = msgspec.field(name="blockedURL", default=None)


class _NewReport(msgspec.Struct):
    type: str
    body: msgspec.Raw = msgspec.Raw(b"{}")


def read_old(content: bytes, host: str) -> Iterator[Violation | None]:
    """Yield what a report of ``report-uri`` says, or None in place of nonsense."""
    told = msgspec.json.decode(content, type=_OldReport).csp_report
    # Browsers of that time put the whole directive there; its name comes first.
    directive = told.effective_directive or told.violated_directive.partition(" ")[0]
    yield violation(directive, told.blocked_uri, told.document_uri, host)


def read_new(content: bytes, host: str) -> Iterator[Violation | None]:
    """Yield what the reports of one ``report-to`` delivery say about policies."""
    for report in msgspec.json.decode(content, type=list[_NewReport]):
        if report.type == "csp-violation":
            told = msgspec.json.decode(report.body, type=_New)
            blocked = told.blocked_url or ""
            yield violation(told.effective_directive, blocked, told.document_url, host)


READERS: Mapping[str, Callable[[bytes, str], Iterator[Violation | None]]] = {
    "application/csp-report": read_old,
    "application/reports+json": read_new,
}
"""How a report is read, by its content type."""


def violation(
    directive: str, blocked: str, document: str, host: str
) -> Violation | None:
    """Return what is kept of a report, or None if it is not about a page of *host*."""
    try:
        page = urlsplit(document)
    except ValueError:
        return None
    path = (page.path or "/")[:LONGEST_PATH]
    ours = page.scheme == "https" and page.netloc == host
    if not (ours and _WORD.fullmatch(directive) and _PATH.fullmatch(path)):
        return None
    return Violation(directive, _origin(blocked), path)


def _origin(blocked: str) -> str:
    """Return a keyword as it is, and an address without its path."""
    if _WORD.fullmatch(blocked):
        return blocked
    scheme_and_host = "/".join(blocked.split("/", 3)[:3])
    return scheme_and_host if _ORIGIN.fullmatch(scheme_and_host) else "other"
