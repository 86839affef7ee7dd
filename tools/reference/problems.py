"""The page of errors: every problem type, and what stops a start."""

import inspect
from collections.abc import Iterator

from strongroom.cli.failures import EXIT_CODE, EXPECTED
from strongroom.server.problem_pages import problem_types

from .house import load_everything
from .markdown import code, page, table


INTRO = """\
A refused request gets one of these as `application/problem+json` (RFC 9457).
`type` is `/problems/` and the code, and that address has a page with the same words.
Codes are permanent.
A browser that asks for a page gets a page instead, under the same status."""

STOPS = f"""\
A command that cannot do its work says why in one line
and ends with exit code {EXIT_CODE}."""


def render() -> str:
    """Return the page."""
    load_everything()
    return page(
        "Errors",
        INTRO,
        table(
            ("code", "status", "title", "meaning"),
            (
                (code(each.code), each.status, each.title, each.meaning)
                for each in problem_types().values()
            ),
        ),
        "## What stops a command",
        STOPS,
        table(("kind", "when"), _failures()),
    )


def _failures() -> Iterator[tuple[str, str]]:
    for kind in sorted({each for top in EXPECTED for each in _tree(top)}, key=str):
        words = (inspect.getdoc(kind) or "").partition("\n\n")[0]
        yield code(kind.__name__), " ".join(words.split())


def _tree(kind: type[Exception]) -> Iterator[type[Exception]]:
    yield kind
    for below in kind.__subclasses__():
        yield from _tree(below)
