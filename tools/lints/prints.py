"""Only the command line speaks to the terminal.

Guards against forgotten debugging, and against a library that writes to the
standard output of whoever embeds it.
"""

import ast
from collections.abc import Iterator

from .model import Lint, Sample, Source, Spot


def find(source: Source) -> Iterator[Spot]:
    """Yield calls of ``print`` outside `cli/` and `commands.py`."""
    if source.home == "cli" or source.path.name == "commands.py":
        return
    for node in source.nodes:
        match node:
            case ast.Call(func=ast.Name(id="print" | "pprint" | "breakpoint" as name)):
                yield Spot.at(node, f"{name} outside cli/ and commands.py")


LINT = Lint(
    name="prints",
    rule="Nothing prints outside cli/ and commands.py.",
    areas=frozenset({"src", "tests"}),
    find=find,
    good=(
        Sample("src/strongroom/cli/main.py", "print('ready')\n"),
        Sample("src/strongroom/audit/commands.py", "print('ready')\n"),
        Sample("src/strongroom/audit/service.py", "console.print('ready')\n"),
    ),
    bad=(
        Sample("src/strongroom/audit/service.py", "print('here')\n"),
        Sample("tests/audit/test_service.py", "def test_x():\n    print(1)\n"),
        Sample("src/strongroom/audit/service.py", "breakpoint()\n"),
    ),
)
