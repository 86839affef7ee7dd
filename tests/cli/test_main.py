"""The command line teaches, and fails in one line."""

import subprocess
import sys
from pathlib import Path

import pytest

from strongroom import __version__
from tests.running import RunningServer


def strongroom(
    *words: str, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command line to its end."""
    return subprocess.run(
        [sys.executable, "-m", "strongroom", *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=cwd,
    )


def require_one_line(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """Accept a failure in one line of standard error, with exit code 2."""
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("strongroom: ")
    assert done.stderr.count("\n") == 1, done.stderr
    assert all(word in done.stderr for word in words), done.stderr


def test_the_version_is_told() -> None:
    """One line, for scripts."""
    assert strongroom("--version").stdout == f"strongroom {__version__}\n"


@pytest.mark.parametrize("words", [(), ("up",), ("outbox",), ("db",), ("db", "url")])
def test_help_is_there_for_every_word(words: tuple[str, ...]) -> None:
    """Every command explains itself."""
    done = strongroom(*words, "--help")
    assert done.returncode == 0
    assert done.stdout.startswith("Usage: strongroom")


def test_help_teaches_by_examples() -> None:
    """Whoever asks for help sees lines to copy."""
    shown = strongroom("--help").stdout + strongroom("up", "--help").stdout
    for example in ("strongroom up", 'psql "$(strongroom db url)"', "--profile monqez"):
        assert example in shown


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("upp",), "strongroom --help"),
        (("up", "--port", "0"), "--port"),
        (("up", "--port", "x"), "strongroom up --help"),
        (("up", "--workers", "99"), "--workers"),
        (("up", "--profile", "absent"), "bundled"),
        (("up", "--tls-certificate", "/absent"), "/absent"),
        (("up", "--tls-key", sys.executable), "belong together"),
        (("up", "--port", "8080"), "three different ports"),
        (("up", "--data", "/dev/null/x"), "/dev/null"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_a_wrong_command_line_is_one_line(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    """It says what is wrong and what to do."""
    require_one_line(strongroom(*words, cwd=tmp_path), said)


@pytest.mark.parametrize("words", [("db", "url"), ("outbox",)])
def test_without_a_server_commands_say_how_to_start_one(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    """A command that looks makes nothing."""
    done = strongroom(*words, "--data", "data", cwd=tmp_path)
    require_one_line(done, "strongroom up --data", str(tmp_path / "data"))
    assert [*tmp_path.iterdir()] == []


def test_a_traceback_is_for_those_who_ask(tmp_path: Path) -> None:
    """With --debug, a failure shows where it happened."""
    done = strongroom("--debug", "db", "url", "--data", "data", cwd=tmp_path)
    assert done.returncode == 1
    assert "Traceback" in done.stderr


def test_the_owners_url_opens_the_database(server: RunningServer) -> None:
    """An operator's tool gets in with it, and the JSON form says the same."""
    plain = server.run("db", "url").stdout
    assert plain.startswith("postgresql://strongroom_owner:")
    assert f'"url":"{plain.strip()}"' in server.run("db", "url", "--json").stdout


def test_the_outbox_shows_the_newest_mail_last(server: RunningServer) -> None:
    """The link to click is just above the prompt."""
    with server.visitor() as visitor:
        person = server.newcomer(visitor)
    shown = server.run("outbox", "--limit", "2").stdout
    assert person.email in shown
    assert f"{server.url}/verify?token=" in shown
