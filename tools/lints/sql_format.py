"""Values travel beside a statement, never inside its text.

Guards against SQL injection at its root. Text may be filled in only from string
constants of the same module; anything else needs an escape with its reason.
"""

import ast
from collections.abc import Iterator

from .model import Lint, Sample, Source, Spot
from .texts import is_sql


_RUNNERS = frozenset({"execute", "executemany", "fetchrow", "fetchval", "prepare"})
_FILLING = frozenset({"format", "join", "replace", "substitute"})


def find(source: Source) -> Iterator[Spot]:
    """Yield statements whose text depends on a value."""
    constants = _constants(source)
    for node in source.nodes:
        if _is_built(node, constants) and is_sql(_wording(node)):
            yield Spot.at(node, "SQL text is built; pass a parameter")
        match node:
            case ast.Call(func=ast.Attribute(attr=verb), args=[statement, *_]):
                if verb in _RUNNERS and _is_built(statement, constants):
                    yield Spot.at(node, "SQL text is built; pass a parameter")


def _constants(source: Source) -> frozenset[str]:
    """Return the names that the module binds to fixed text, read in order."""
    known: frozenset[str] = frozenset()
    module = source.nodes[0]
    for statement in module.body if isinstance(module, ast.Module) else ():
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ):
                fixed = _is_fixed(value, known)
                known = known | {name} if fixed else known - {name}
    return known


def _is_built(node: ast.AST, constants: frozenset[str]) -> bool:
    """Say whether *node* puts a text together from more than fixed text."""
    match node:
        case ast.JoinedStr() | ast.BinOp(op=ast.Add() | ast.Mod()):
            return not _is_fixed(node, constants)
        case ast.Call(func=ast.Attribute(attr=verb)):
            return verb in _FILLING
    return False


def _is_fixed(text: ast.expr, constants: frozenset[str]) -> bool:
    match text:
        case ast.Constant(value=str()):
            return True
        case ast.Name(id=name):
            return name in constants
        case ast.FormattedValue(value=inner):
            return _is_fixed(inner, constants)
        case ast.JoinedStr(values=parts):
            return all(_is_fixed(part, constants) for part in parts)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _is_fixed(left, constants) and _is_fixed(right, constants)
    return False


def _wording(node: ast.AST) -> str:
    """Return the written parts of *node*, in the order of reading."""
    parts = [
        (part.lineno, part.col_offset, part.value)
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]
    return "{}".join(text for _, _, text in sorted(parts, key=lambda part: part[:2]))


_STORE = "src/strongroom/accounts/store.py"

LINT = Lint(
    name="sql-format",
    rule="No statement is built from values.",
    areas=frozenset({"src", "examples"}),
    find=find,
    good=(
        Sample(_STORE, "tx.execute('select a from t where b = $1', value)\n"),
        Sample(_STORE, "ALIVE = 'not ended'\nQ = f'select a from t where {ALIVE}'\n"),
        Sample(_STORE, "tx.fetch(STATEMENT, value)\n"),
        Sample(_STORE, "tx.execute('select a' ' from t')\n"),
        Sample("src/strongroom/lab/http.py", "client.fetch(f'/pages/{name}')\n"),
    ),
    bad=(
        Sample(_STORE, "tx.execute(f'create role {name}')\n"),
        Sample(_STORE, "tx.fetch(f'select a from {table}')\n"),
        Sample(_STORE, "def f(t):\n    return f'select a from {t}'\n"),
        Sample(_STORE, "T = input()\nQ = f'select a from {T}'\n"),
        Sample(_STORE, "tx.execute('set role %s' % name)\n"),
        Sample(_STORE, "tx.execute('set role {}'.format(name))\n"),
        Sample(_STORE, "tx.fetchval('select a' + f' where {b}')\n"),
        Sample(_STORE, "q = 'select a from t where ' + clause\n"),
        Sample(_STORE, "q = 'select a from t where {}'.format(clause)\n"),
        Sample(_STORE, "q = f'update {table} set a = 1'\n"),
    ),
)
