"""Imports stand at the top of the file.

Guards against cycles hidden inside functions, where no reader looks for them.
"""

import ast
from collections.abc import Iterator

from .model import Lint, Sample, Source, Spot


def find(source: Source) -> Iterator[Spot]:
    """Yield every import inside a function, and imports by name in the product."""
    for function in source.nodes:
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    yield Spot.at(node, "import inside a function; move it to the top")
    if source.area == "src":
        yield from _by_name(source)


def _by_name(source: Source) -> Iterator[Spot]:
    for node in source.nodes:
        match node:
            case (
                ast.Call(func=ast.Name(id="__import__" | "import_module"))
                | ast.Call(func=ast.Attribute(attr="import_module"))
            ):
                yield Spot.at(node, "import by name, which no contract can see")


LINT = Lint(
    name="local-imports",
    rule="No import inside a function, and none by name.",
    areas=frozenset({"src", "tests", "tools", "examples"}),
    find=find,
    good=(
        Sample("src/strongroom/audit/store.py", "import json\n"),
        Sample("tests/test_plugins.py", "import_module('strongroom.room')\n"),
    ),
    bad=(
        Sample("src/strongroom/audit/store.py", "def f():\n    import json\n"),
        Sample("tests/test_x.py", "async def f():\n    from json import dumps\n"),
        Sample("src/strongroom/room.py", "importlib.import_module('strongroom.web')\n"),
        Sample("src/strongroom/room.py", "__import__('strongroom.web')\n"),
    ),
)
