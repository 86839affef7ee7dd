"""One log that several processes share, and that keeps secrets out of itself."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from strongroom.server import logs
from strongroom.server.logs import JSONLine, OneLine, Quiet, SharedFile, rotate


@pytest.fixture
def told() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    """Lend a logger and what it has said, as JSON lines."""
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    handler.setFormatter(JSONLine())
    logger = logging.getLogger("tests.logs")
    logger.addHandler(handler)
    logger.propagate = False
    yield logger, said
    logger.removeHandler(handler)


def test_an_exception_shows_its_place_and_not_its_words(
    told: tuple[logging.Logger, io.StringIO],
) -> None:
    """The words of an exception may be what a visitor sent."""
    logger, said = told
    try:
        int("a secret")
    except ValueError:
        logger.exception("it broke")
    line = json.loads(said.getvalue())
    assert line["message"] == "it broke"
    assert line["raised"].startswith("ValueError in test_an_exception_shows")
    assert "a secret" not in said.getvalue()


def test_a_record_is_one_line(told: tuple[logging.Logger, io.StringIO]) -> None:
    """Nobody can begin a line of their own in the log, nor colour a terminal."""
    logger, said = told
    logger.warning("one\n{'level': 'forged'}\x1b[31m")
    assert said.getvalue().count("\n") == 1
    record = logging.LogRecord("x", logging.ERROR, "", 0, "a\nb\x1b[31m", None, None)
    shown = OneLine().format(record)
    assert shown == "strongroom: error: a b [31m"


def test_a_person_sees_our_words_and_others_warnings() -> None:
    """What libraries say in passing goes to the file alone."""

    def seen(name: str, level: int) -> bool:
        return Quiet().filter(logging.LogRecord(name, level, "", 0, "", None, None))

    assert seen("strongroom", logging.INFO)
    assert seen("strongroom.trust", logging.INFO)
    assert not seen("uvicorn.error", logging.INFO)
    assert seen("uvicorn.error", logging.WARNING)


def test_a_full_file_is_rotated_and_the_last_few_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever appends notices the new file; the oldest one goes."""
    monkeypatch.setattr(logs, "LARGEST_BYTES", 10)
    monkeypatch.setattr(logs, "LOOK_AGAIN_SECONDS", -1.0)
    path = tmp_path / "strongroom.log"
    one, two = SharedFile(path), SharedFile(path)
    for number in range(8):
        one.append(b"one %d ......\n" % number)
        two.append(b"two %d ......\n" % number)
        rotate(path)
    names = sorted(each.name for each in tmp_path.iterdir())
    assert names == [f"strongroom.log.{number}" for number in range(1, 6)]
    assert (tmp_path / names[0]).read_bytes() == b"one 7 ......\ntwo 7 ......\n"
    assert (tmp_path / names[0]).stat().st_mode & 0o777 == 0o600


def test_a_small_or_absent_file_is_left_alone(tmp_path: Path) -> None:
    """Rotation is for large files."""
    path = tmp_path / "strongroom.log"
    rotate(path)
    SharedFile(path).append(b"a line\n")
    rotate(path)
    assert [each.name for each in tmp_path.iterdir()] == ["strongroom.log"]


def test_a_lost_disk_stops_no_answer(tmp_path: Path) -> None:
    """A folder that has gone away costs the line, nothing else."""
    SharedFile(tmp_path / "gone" / "strongroom.log").append(b"a line\n")
    assert not (tmp_path / "gone").exists()
