"""Only `db/` opens a database connection, and only its doors commit.

Guards against a fourth way to Postgres, which no tenant context would travel.
The system door must say why in words that can be listed.
"""

import ast
from collections.abc import Iterator

from .model import Lint, Sample, Source, Spot


_OPENERS = frozenset({"connect", "create_pool"})


def find(source: Source) -> Iterator[Spot]:
    """Yield connections opened outside `db/`, commits, and unexplained openings."""
    if source.home == "db":
        return
    for node in source.nodes:
        match node:
            case ast.Attribute(value=ast.Name(id="asyncpg"), attr=name) if (
                name in _OPENERS
            ):
                yield Spot.at(node, f"asyncpg.{name} is for db/ alone")
            case ast.ImportFrom(module="asyncpg", names=names):
                for name in _OPENERS & {name.name for name in names}:
                    yield Spot.at(node, f"asyncpg.{name} is for db/ alone")
            case ast.Call(func=ast.Attribute(attr="commit")):
                yield Spot.at(node, "the door commits when it closes, nobody else")
    for call, reason in openings(source):
        if reason is None:
            yield Spot.at(call, "a system opening needs reason= in plain words")


def openings(source: Source) -> Iterator[tuple[ast.Call, str | None]]:
    """Yield each use of the system door or its side door, with its reason."""
    for node in source.nodes:
        match node:
            case ast.Call(func=ast.Attribute(attr="system" | "aside", value=owner)):
                if _is_database(owner):
                    yield node, _reason(node)


def _is_database(owner: ast.expr) -> bool:
    name = getattr(owner, "attr", getattr(owner, "id", ""))
    return name.strip("_") in {"db", "database"}


def _reason(call: ast.Call) -> str | None:
    for keyword in call.keywords:
        match keyword:
            case ast.keyword(arg="reason", value=ast.Constant(value=str(reason))):
                return reason or None
    return None


LINT = Lint(
    name="doors",
    rule="Only db/ connects and commits; the system door is opened for a reason.",
    areas=frozenset({"src", "examples"}),
    find=find,
    good=(
        Sample("src/strongroom/db/pool.py", "asyncpg.connect(url)\n"),
        Sample("src/strongroom/audit/service.py", "db.aside(reason='a refusal')\n"),
        Sample("src/strongroom/cli/up.py", "platform.system()\n"),
        Sample("src/strongroom/cli/up.py", "from asyncpg import Record\n"),
    ),
    bad=(
        Sample("src/strongroom/lab/sweep.py", "asyncpg.connect(url)\n"),
        Sample("src/strongroom/lab/sweep.py", "open_it = asyncpg.create_pool\n"),
        Sample("src/strongroom/lab/sweep.py", "from asyncpg import connect\n"),
        Sample("examples/notes/app.py", "await tx.commit()\n"),
        Sample("src/strongroom/audit/service.py", "self._db.system()\n"),
        Sample("src/strongroom/audit/service.py", "self._db.aside(reason=why)\n"),
        Sample("src/strongroom/audit/service.py", "db.system(reason='')\n"),
    ),
)
