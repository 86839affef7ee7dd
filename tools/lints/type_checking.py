"""No import exists for the type checker alone.

Guards against cycles that only vanish because half of them is not executed.
"""

import ast
from collections.abc import Iterator

from .model import Lint, Sample, Source, Spot


def find(source: Source) -> Iterator[Spot]:
    """Yield every mention of the constant."""
    for node in source.nodes:
        match node:
            case (
                ast.Name(id="TYPE_CHECKING")
                | ast.Attribute(attr="TYPE_CHECKING")
                | ast.alias(name="TYPE_CHECKING")
            ):
                yield Spot.at(node, "TYPE_CHECKING hides a cycle; break it instead")


LINT = Lint(
    name="type-checking",
    rule="TYPE_CHECKING is not used.",
    areas=frozenset({"src", "tests", "tools", "examples"}),
    find=find,
    good=(Sample("src/strongroom/room.py", '"""Not TYPE_CHECKING."""\n'),),
    bad=(
        Sample("src/strongroom/room.py", "from typing import TYPE_CHECKING\n"),
        Sample("tests/test_x.py", "if typing.TYPE_CHECKING:\n    import json\n"),
    ),
)
