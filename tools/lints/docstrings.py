"""Every test says in a sentence what it holds.

Guards against tests that nobody dares to change because nobody knows their point;
the trust page may quote the sentence.
"""

import ast
from collections.abc import Iterator

from .model import Lint, Sample, Source, Spot


def find(source: Source) -> Iterator[Spot]:
    """Yield tests without a docstring, or with one that is no sentence."""
    for node in source.nodes:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                if name.startswith("test_") and not _is_sentence(node):
                    yield Spot(node.lineno, node.lineno, f"{name} needs a sentence")


def _is_sentence(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    first = (ast.get_docstring(node) or "").split("\n\n")[0]
    return " " in first and first.endswith((".", "!", "?"))


_FILE = "tests/audit/test_service.py"

LINT = Lint(
    name="test-docstrings",
    rule="Every test has a sentence as its docstring.",
    areas=frozenset({"tests"}),
    find=find,
    good=(
        Sample(_FILE, 'def test_a():\n    """A door stays shut."""\n'),
        Sample(_FILE, "def helping():\n    return 1\n"),
    ),
    bad=(
        Sample(_FILE, "def test_a():\n    assert True\n"),
        Sample(_FILE, 'async def test_a():\n    """TODO"""\n'),
        Sample(_FILE, "class TestDoor:\n    def test_a(self):\n        pass\n"),
    ),
)
