"""What others wrote reaches a terminal as words alone."""

import pytest
from click import ClickException

from strongroom.cli import failures
from strongroom.cli.output import LONGEST_CELL, table, tell, visible


NAME = "robot\x1b]0;owned\x07\r\n0199  forged  [red]active[/nobody]\u202e"
SHOWN = r"robot\x1b]0;owned\x07\r\n0199  forged  [red]active[/nobody]\u202e"


def test_no_control_character_passes() -> None:
    """Every one of C0, DEL and C1, half characters, and what turns or breaks a line."""
    controls = [
        *range(0x20),
        *range(0x7F, 0xA0),
        0x2028,
        0x2029,
        0x202E,
        0x2066,
        0xD800,
    ]
    shown = visible("".join(map(chr, controls)))
    assert shown.isascii()
    assert shown.isprintable()
    assert shown.count("\\") == len(controls)


def test_letters_of_every_script_stay() -> None:
    """A joiner inside a Persian word and a flag are letters, and no control."""
    words = "Zoë, می‌خواهم, 東京, \U0001f3f3️‍\U0001f308"
    assert visible(words) == words


def test_a_cell_is_one_line_whatever_it_holds(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Nobody's name forges a row, drives the terminal, or is read as markup."""
    shown = table("id", "name")
    shown.add_row("0199", NAME)
    tell([], shown, as_json=False)
    told = capsys.readouterr().out
    head, row = told.splitlines()
    assert (head.split(), row.strip()) == (["id", "name"], f"0199  {SHOWN}")


def test_a_very_long_cell_is_cut(capsys: pytest.CaptureFixture[str]) -> None:
    """With an ellipsis, so that the rest of the table is still seen."""
    shown = table("words")
    shown.add_row("x" * 20_000)
    tell([], shown, as_json=False)
    row = capsys.readouterr().out.splitlines()[1].strip()
    assert row == "x" * (LONGEST_CELL - 1) + "…"


def test_a_line_and_a_failure_drive_no_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What a command says in words is held to the same, and JSON escapes by itself."""
    tell({"name": NAME}, f"one\ntwo {NAME}", as_json=False)
    tell({"name": NAME}, "", as_json=True)
    failures.tell(ClickException(f"no {NAME}"))
    told = capsys.readouterr()
    assert "\x1b" not in told.out + told.err
    assert "\x07" not in told.out + told.err
    assert r"\u001b" in told.out
    assert r"\x1b" in told.err
