"""Nothing grows past what one reading holds.

Guards against the long tail where taste is lost: when a file overflows, the noun
in it is two nouns.
"""

import ast
from collections.abc import Iterator

from .model import Lint, Sample, Source, Spot


LONGEST_FILE = 400
LONGEST_FUNCTION = 60
MOST_METHODS = 12


def find(source: Source) -> Iterator[Spot]:
    """Yield files, functions and classes beyond the limits."""
    if source.lines > LONGEST_FILE:
        yield Spot(1, 1, f"{source.lines} lines in a file (at most {LONGEST_FILE})")
    for name, line, length in functions(source):
        if length > LONGEST_FUNCTION:
            what = f"{length} lines in {name} (at most {LONGEST_FUNCTION})"
            yield Spot(line, line, what)
    for node in source.nodes:
        if isinstance(node, ast.ClassDef) and source.area != "tests":
            methods = sum(map(_is_public, node.body))
            if methods > MOST_METHODS:
                what = f"{methods} public methods in {node.name} (at most"
                yield Spot(node.lineno, node.lineno, f"{what} {MOST_METHODS})")


def functions(source: Source) -> Iterator[tuple[str, int, int]]:
    """Yield the name, line and length of each function."""
    for node in source.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            yield node.name, node.lineno, length


def _is_public(node: ast.stmt) -> bool:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return not name.startswith("_")
    return False


_FILE = "src/strongroom/audit/service.py"


def _function(lines: int) -> str:
    return "def f():\n" + "    x = 1\n" * (lines - 1)


def _class(methods: int) -> str:
    made = "".join(f"    def verb_{n}(self): ...\n" for n in range(methods))
    return f"class AuditLog:\n    def __init__(self): ...\n{made}"


LINT = Lint(
    name="sizes",
    rule=f"File <= {LONGEST_FILE} lines, function <= {LONGEST_FUNCTION},"
    f" class <= {MOST_METHODS} public methods.",
    areas=frozenset({"src", "tests", "tools", "examples"}),
    find=find,
    good=(
        Sample(_FILE, "x = 1\n" * LONGEST_FILE),
        Sample(_FILE, _function(LONGEST_FUNCTION)),
        Sample(_FILE, _class(MOST_METHODS)),
    ),
    bad=(
        Sample(_FILE, "x = 1\n" * (LONGEST_FILE + 1)),
        Sample(_FILE, _function(LONGEST_FUNCTION + 1)),
        Sample(_FILE, _class(MOST_METHODS + 1)),
    ),
)
