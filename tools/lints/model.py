"""What a lint is, what it reads and what it says."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Self

from tools.house import ROOT

from .escapes import Escape, read_escapes


@dataclass(frozen=True, slots=True)
class Source:
    """One parsed file; its path is relative to the repository."""

    path: PurePosixPath
    nodes: tuple[ast.AST, ...]
    lines: int
    escapes: tuple[Escape, ...]

    @classmethod
    def parse(cls, path: str, text: str) -> Self:
        """Read *text* as the file at *path*. Raises: SyntaxError."""
        nodes = tuple(ast.walk(ast.parse(text, path)))
        where, lines = PurePosixPath(path), len(text.splitlines())
        return cls(where, nodes, lines, read_escapes(text))

    @property
    def area(self) -> str:
        """The top folder: ``src``, ``tests`` or ``tools``."""
        return self.path.parts[0]

    @property
    def home(self) -> str | None:
        """The package of the house that the file belongs to, if any."""
        parts = self.path.parts
        inside = parts[:2] == ("src", ROOT) and len(parts) > len(("src", ROOT, "file"))
        return parts[2] if inside else None


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that breaks the rule, and in which words."""

    line: int
    end: int
    what: str

    @classmethod
    def at(cls, node: ast.AST, what: str) -> Self:
        """Return the spot of *node*."""
        line = getattr(node, "lineno", 1)
        return cls(line, getattr(node, "end_lineno", line), what)


@dataclass(frozen=True, slots=True)
class Sample:
    """A small file for the lint's own test."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Lint:
    """One rule: its name, its areas, how to find breaches, samples of both kinds."""

    name: str
    rule: str
    areas: frozenset[str]
    find: Callable[[Source], Iterator[Spot]]
    good: tuple[Sample, ...]
    bad: tuple[Sample, ...]


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A breach that no escape excuses."""

    path: str
    line: int
    lint: str
    what: str

    def __str__(self) -> str:
        """Return the finding as an editor can follow it."""
        return f"{self.path}:{self.line}: {self.lint}: {self.what}"
