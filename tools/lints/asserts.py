"""The product refuses; it does not assert.

Guards against checks that vanish under ``python -O``.
"""

import ast
from collections.abc import Iterator

from .model import Lint, Sample, Source, Spot


def find(source: Source) -> Iterator[Spot]:
    """Yield every assert statement."""
    for node in source.nodes:
        if isinstance(node, ast.Assert):
            yield Spot.at(node, "assert vanishes under -O; raise instead")


LINT = Lint(
    name="asserts",
    rule="No assert in the product.",
    areas=frozenset({"src", "tools", "examples"}),
    find=find,
    good=(Sample("tests/test_x.py", "assert True\n"),),
    bad=(Sample("src/strongroom/audit/service.py", "assert entry.id\n"),),
)
