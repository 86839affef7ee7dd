"""One log that several processes share, and that keeps secrets out of itself."""

import io
import json
import logging
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from strongroom.db.embedded import EmbeddedPostgres
from strongroom.redaction import Sample, innocent_samples, samples
from strongroom.server import logs
from strongroom.server.log_lines import json_lines, one_liners
from strongroom.server.logs import Quiet, SharedFile, catch_the_rest


Told = tuple[logging.Logger, io.StringIO]

SAMPLES = samples()


@pytest.fixture
def told() -> Iterator[Told]:
    """Lend a logger and what it has said, as JSON lines."""
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    handler.setFormatter(json_lines())
    logger = logging.getLogger("strongroom.tests.logs")
    logger.addHandler(handler)
    logger.propagate = False
    logger.setLevel(logging.DEBUG)
    yield logger, said
    logger.removeHandler(handler)


def raising(logger: logging.Logger, text: str) -> None:
    """Log an exception that holds *text*, with its traceback and as an argument."""
    try:
        raise LookupError(text)
    except LookupError as raised:
        logger.exception("it broke")
        logger.error("it broke: %s", raised)  # noqa: TRY400 - that is what is tried.
        logger.error(raised)  # noqa: TRY400


WAYS: dict[str, Callable[[logging.Logger, str], None]] = {
    "message": lambda logger, text: logger.warning(text.replace("%", "%%")),
    "argument": lambda logger, text: logger.warning("it is %s", text),
    "named argument": lambda logger, text: logger.warning("it is %(a)s", {"a": text}),
    "representation": lambda logger, text: logger.warning("it is %r", [text]),
    "allowed extra": lambda logger, text: logger.warning("x", extra={"action": text}),
    "other extra": lambda logger, text: logger.warning("x", extra={"body": text}),
    "exception": raising,
}


@pytest.mark.parametrize("way", WAYS.values(), ids=list(WAYS))
def test_no_secret_reaches_a_line(
    told: Told, way: Callable[[logging.Logger, str], None]
) -> None:
    """By whatever way a secret comes to the log, none of it is written."""
    logger, said = told
    for sample in SAMPLES:
        way(logger, sample.text)
    lines = [json.loads(line) for line in said.getvalue().splitlines()]
    assert len(lines) >= len(SAMPLES)
    assert leaked(said.getvalue()) == []


def test_what_is_innocent_is_written(told: Told) -> None:
    """A log that masks everything helps nobody."""
    logger, said = told
    texts = list(innocent_samples().values())
    for text in texts:
        logger.info("seen: %s", text)
    lines = [json.loads(line)["message"] for line in said.getvalue().splitlines()]
    assert lines == [f"seen: {text}" for text in texts]


async def test_an_error_of_the_database_shows_no_value(
    told: Told, postgres: EmbeddedPostgres
) -> None:
    """Postgres repeats the value that it refuses; the log does not."""
    logger, said = told
    connection = await asyncpg.connect(postgres.superuser_url)
    try:
        with pytest.raises(asyncpg.PostgresError, match="Zq7canary") as refused:
            await connection.fetch("select 'Zq7canary'::int")
    finally:
        await connection.close()
    logger.error("refused: %s", refused.value)
    logger.error("refused", exc_info=refused.value)
    assert "Zq7canary" not in said.getvalue()
    where = "InvalidTextRepresentationError in test_an_error_of_the_database"
    assert said.getvalue().count(where) == 2, "a library is named, and not who asked"


def test_an_exception_shows_its_place_and_not_its_words(told: Told) -> None:
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


def test_a_library_s_dump_is_left_out(told: Told) -> None:
    """Of what asyncio says of a lost task, the first line is written."""
    _, said = told
    handler = logging.StreamHandler(said)
    handler.setFormatter(json_lines())
    logger = logging.getLogger("asyncio")
    logger.addHandler(handler)
    try:
        logger.error("Task exception was never retrieved\nfuture: <ValueError('x7')>")
    finally:
        logger.removeHandler(handler)
    line = json.loads(said.getvalue())
    assert line["message"] == "Task exception was never retrieved"


def test_arguments_that_do_not_fit_cost_the_words_only() -> None:
    """A mistake in a log call is no reason to lose the line, or an answer."""
    record = logging.LogRecord("x", logging.ERROR, "", 0, "%d and %d", ("a",), None)
    assert json.loads(json_lines().format(record))["message"] == "%d and %d"


def test_a_record_is_one_line(told: Told) -> None:
    """Nobody can begin a line of their own in the log, nor colour a terminal."""
    logger, said = told
    logger.warning("one\r\n{'level': 'forged'}\x1b[31m")
    assert said.getvalue().count("\n") == 1
    assert "\r" not in said.getvalue()
    assert "\x1b" not in said.getvalue()
    record = logging.LogRecord(
        "strongroom", logging.ERROR, "", 0, "a\nb\x1b[31m", None, None
    )
    assert one_liners().format(record) == "strongroom: error: a b [31m"


def test_warnings_and_what_nobody_caught_are_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Python prints neither itself, past the redaction."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    logging.captureWarnings(capture=False)  # Another test may have left it on.
    monkeypatch.setattr(warnings, "showwarning", warnings.showwarning)
    catch_the_rest()
    try:
        sys.excepthook(ValueError, ValueError("x"), None)
        warnings.showwarning("old", UserWarning, "a.py", 1)
    finally:
        logging.captureWarnings(capture=False)
    assert [record.name for record in caplog.records] == ["strongroom", "py.warnings"]


def test_a_person_sees_our_words_and_others_warnings() -> None:
    """What libraries say in passing goes to the file alone."""

    def seen(name: str, level: int) -> bool:
        return Quiet().filter(logging.LogRecord(name, level, "", 0, "", None, None))

    assert seen("strongroom", logging.INFO)
    assert seen("strongroom.trust", logging.INFO)
    assert not seen("uvicorn.error", logging.INFO)
    assert seen("uvicorn.error", logging.WARNING)


def test_a_lost_disk_stops_no_answer(tmp_path: Path) -> None:
    """A folder that has gone away costs the line, which is counted."""
    before = logs.lost_lines["file"]
    SharedFile(tmp_path / "gone" / "strongroom.log").append(b"a line\n")
    assert not (tmp_path / "gone").exists()
    assert logs.lost_lines["file"] == before + 1


def leaked(text: str) -> list[Sample]:
    """Return the samples of which the core stands in *text*."""
    return [each for each in SAMPLES if each.core in text]
