"""No failure disappears.

Guards against a handler that catches everything and does nothing with it.
"""

import ast
from collections.abc import Iterator

from .model import Lint, Sample, Source, Spot


_EVERYTHING = frozenset({"Exception", "BaseException"})


def find(source: Source) -> Iterator[Spot]:
    """Yield handlers of everything that do nothing, by any spelling."""
    for node in source.nodes:
        match node:
            case ast.ExceptHandler(type=kind, body=body):
                if _is_everything(kind) and all(map(_is_nothing, body)):
                    yield Spot.at(node, "every failure is swallowed here")
            case (
                ast.Call(func=ast.Name(id="suppress"), args=kinds)
                | ast.Call(func=ast.Attribute(attr="suppress"), args=kinds)
            ):
                if any(map(_is_everything, kinds)):
                    yield Spot.at(node, "every failure is suppressed here")


def _is_everything(kind: ast.expr | None) -> bool:
    match kind:
        case None:
            return True
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in _EVERYTHING
        case ast.Tuple(elts=kinds):
            return any(map(_is_everything, kinds))
    return False


def _is_nothing(statement: ast.stmt) -> bool:
    match statement:
        case ast.Pass() | ast.Continue() | ast.Expr(value=ast.Constant()):
            return True
    return False


_FILE = "src/strongroom/server/app.py"

LINT = Lint(
    name="swallowed",
    rule="No handler catches everything and does nothing.",
    areas=frozenset({"src", "tests", "tools", "examples"}),
    find=find,
    good=(
        Sample(_FILE, "try:\n    f()\nexcept KeyError:\n    pass\n"),
        Sample(_FILE, "try:\n    f()\nexcept BaseException:\n    g()\n    raise\n"),
        Sample(_FILE, "with suppress(FileNotFoundError):\n    f()\n"),
    ),
    bad=(
        Sample(_FILE, "try:\n    f()\nexcept:\n    pass\n"),
        Sample(_FILE, "try:\n    f()\nexcept Exception:\n    ...\n"),
        Sample(_FILE, "try:\n    f()\nexcept (OSError, Exception) as e:\n    'no'\n"),
        Sample(_FILE, "for i in x:\n  try: f()\n  except BaseException: continue\n"),
        Sample(_FILE, "with contextlib.suppress(Exception):\n    f()\n"),
        Sample(_FILE, "with suppress(OSError, BaseException):\n    f()\n"),
    ),
)
