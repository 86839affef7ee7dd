"""Strings of a file as its author wrote them, and whether they read as SQL."""

import ast
import re
from collections.abc import Iterator

from .model import Source


_SQL = re.compile(
    r"""
      (?:^|[(;])\s*(?:select|SELECT)\b.+?\b(?:from|FROM)\b
    | \b(?:insert\s+into|INSERT\s+INTO)\s+\S
    | \b(?:update|UPDATE)\s+[\w.{}"]+(?:\s+(?:as\s+|AS\s+)?\w+)?
      \s+(?:set|SET)\s+[("\w.{}, )]+=
    | \b(?:delete\s+from|DELETE\s+FROM)\s+\S
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
"""A capital letter alone, as in `Select a file from …`, begins a sentence instead."""


def is_sql(text: str) -> bool:
    """Say whether *text* reads, changes or deletes rows."""
    return _SQL.search(text) is not None


def read_texts(source: Source) -> Iterator[tuple[ast.expr, str]]:
    """Yield each string once, an f-string with ``{}`` for what it fills in."""
    inner = set(map(id, _parts_of_others(source)))
    for node in source.nodes:
        if id(node) in inner:
            continue
        match node:
            case ast.Constant(value=str(text)):
                yield node, text
            case ast.JoinedStr(values=values):
                yield node, "".join(_shown(value) for value in values)


def _parts_of_others(source: Source) -> Iterator[ast.AST]:
    """Yield docstrings, and the pieces of f-strings."""
    for node in source.nodes:
        match node:
            case ast.Expr(value=ast.Constant() as text):
                yield text
            case ast.JoinedStr(values=values):
                yield from values


def _shown(value: ast.expr) -> str:
    match value:
        case ast.Constant(value=str(text)):
            return text
    return "{}"
