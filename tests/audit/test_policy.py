"""A table that harms nobody who opens it."""

import csv
import io

import pytest

from strongroom.audit import NOBODY, Actor, Entry, Target
from strongroom.audit.policy import CSV_COLUMNS, cell, csv_cells, csv_lines
from strongroom.kernel import Origin


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d"])
def test_no_cell_is_computed(first: str) -> None:
    """A spreadsheet reads an apostrophe first and takes the rest for text."""
    assert cell(f"{first}cmd|' /C calc'!A1").startswith("'")
    assert cell(f"a{first}b")[0] == "a"


@pytest.mark.parametrize("mark", ["\r\n", "\n", "\x1b[2K", "\x9b", "\u2028", "\u202e"])
def test_no_name_forges_or_hides_a_line(mark: str) -> None:
    """Line breaks, terminal sequences and turned text are spelled out."""
    shown = cell(f"ada{mark}account.verify,done")
    assert shown.startswith("ada\\")
    assert len(shown.splitlines()) == 1
    assert shown.isascii()


def test_ordinary_text_stays_as_it_is() -> None:
    """Letters of every script, commas and quotes come back unchanged."""
    text = 'Zoë, "\u0623\u062d\u0645\u062f" \u4e2d'
    [[read]] = csv.reader(io.StringIO(csv_lines([[cell(text)]]).decode()))
    assert read == text


def test_each_column_has_its_value() -> None:
    """A row has a cell for each column, and empty ones where nothing is known."""
    origin = Origin("127.0.0.1", "=1+1", "r")
    entry = Entry("a.b", Actor("account", None, "@ada"), Target("t"), origin=origin)
    row = dict(zip(CSV_COLUMNS, csv_cells(entry), strict=True))
    assert (row["action"], row["user_agent"], row["reason"]) == ("a.b", "'=1+1", "")
    assert (row["actor_name"], row["details"]) == ("'@ada", "{}")
    assert len(csv_cells(Entry("a.b", NOBODY, Target("t")))) == len(CSV_COLUMNS)
