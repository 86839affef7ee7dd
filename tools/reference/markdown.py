"""Pieces of Markdown."""

from collections.abc import Iterable, Sequence


MADE = "Made by `python -m tools.reference`; edits are lost."


def page(title: str, intro: str, *parts: str) -> str:
    """Return a whole page: a *title*, what it is about, and its *parts*."""
    return "\n\n".join([f"# {title}", MADE, intro, *parts]) + "\n"


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table; a bar or a line break in a cell does not end it."""
    lines = [_row(heads), _row(["---"] * len(heads)), *map(_row, rows)]
    return "\n".join(lines)


def code(text: object) -> str:
    """Return *text* as code, or nothing for nothing."""
    return f"`{text}`" if text not in {None, ""} else ""


def _row(cells: Sequence[object]) -> str:
    inside = (str(cell).replace("\n", " ").replace("|", "\\|") for cell in cells)
    return "| " + " | ".join(inside) + " |"
