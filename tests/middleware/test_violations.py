"""Reports come from anybody; what is kept of them is short, printable and ours."""

import json
from typing import Any

import msgspec
import pytest

from strongroom.middleware.violations import Violation, read_new, read_old, violation


HOST = "example.com:8443"
PAGE = f"https://{HOST}/sign-in"


def old(**told: Any) -> bytes:
    """Return a report as ``report-uri`` sends it."""
    body = {"document-uri": PAGE, "violated-directive": "img-src", **told}
    return json.dumps({"csp-report": body}).encode()


def new(**told: Any) -> dict[str, Any]:
    """Return a report as ``report-to`` sends it, among others."""
    body = {"documentURL": PAGE, "effectiveDirective": "img-src", **told}
    return {"type": "csp-violation", "age": 1, "url": PAGE, "body": body}


def test_both_forms_say_the_same() -> None:
    """A violation is the same, however the browser tells of it."""
    expected = [Violation("img-src", "https://elsewhere.example", "/sign-in")]
    blocked = "https://elsewhere.example/a/b?c=d"
    assert [*read_old(old(**{"blocked-uri": blocked}), HOST)] == expected
    delivery = json.dumps([new(blockedURL=blocked)]).encode()
    assert [*read_new(delivery, HOST)] == expected


def test_an_old_browser_names_the_whole_directive() -> None:
    """Only the directive's name is kept."""
    told = {"violated-directive": "script-src 'self' https://cdn.example"}
    [found] = read_old(old(**told), HOST)
    assert found == Violation("script-src", "other", "/sign-in")


def test_other_reports_of_a_delivery_are_passed_over() -> None:
    """Browsers deliver crashes and the like along with violations."""
    others = [{"type": "deprecation", "body": {"id": "x"}}, {"type": "crash"}]
    delivery = json.dumps([*others, new()]).encode()
    assert len([*read_new(delivery, HOST)]) == 1


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"{}", b'{"csp-report": 1}', b"\xff\xfe"],
)
def test_nonsense_is_refused(content: bytes) -> None:
    """Whatever is no report raises the error that the face answers with 400."""
    with pytest.raises(msgspec.DecodeError):
        list(read_old(content, HOST))


def test_a_bottomless_report_is_refused() -> None:
    """Brackets without end use up the parser's patience, and nothing else."""
    with pytest.raises(RecursionError):
        list(read_old(b'{"x": ' + b"[" * 60_000, HOST))


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("inline", "inline"),
        ("eval", "eval"),
        ("trusted-types-sink", "trusted-types-sink"),
        ("data", "data"),
        ("https://a.example/path?query", "https://a.example"),
        ("wss://a.example:9/x", "wss://a.example:9"),
        ("", "other"),
        ("https://a.example\x00/", "other"),
        ("javascript:alert(1)", "other"),
        ("<script>", "other"),
        ("x" * 5000, "other"),
        ("https://" + "a" * 5000, "other"),
    ],
)
def test_what_was_blocked_is_cut_to_its_origin(told: str, kept: str) -> None:
    """A keyword stays, an address loses its path, and the rest is ``other``."""
    assert violation("img-src", told, PAGE, HOST) == Violation(
        "img-src", kept, "/sign-in"
    )


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (f"https://{HOST}", "/"),
        (f"https://{HOST}/reset?token=secret#part", "/reset"),
        (f"https://{HOST}/" + "a" * 5000, "/" + "a" * 199),
    ],
)
def test_a_page_is_kept_by_its_path(document: str, path: str) -> None:
    """The query may hold a secret, and a path is never endless."""
    assert violation("img-src", "inline", document, HOST) == Violation(
        "img-src", "inline", path
    )


@pytest.mark.parametrize(
    ("directive", "document"),
    [
        ("img-src", "https://elsewhere.example/"),
        ("img-src", f"http://{HOST}/"),
        ("img-src", f"https://user@{HOST}/"),
        ("img-src", f"https://{HOST}/a\x00b"),
        ("img-src", f"https://{HOST}/ä"),
        ("img-src", "https://[broken/"),
        ("img-src", ""),
        ("IMG-SRC", PAGE),
        ("img-src 'self'", PAGE),
        ("", PAGE),
        ("x" * 41, PAGE),
    ],
)
def test_nothing_is_kept_about_other_pages(directive: str, document: str) -> None:
    """A report that no page of ours can have caused leaves no trace."""
    assert violation(directive, "inline", document, HOST) is None
