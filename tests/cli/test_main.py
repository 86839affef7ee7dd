"""The command line teaches, and fails in one line."""

import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

from strongroom import __version__
from strongroom.cli.commands import COMMANDS
from strongroom.cli.main import main, strongroom
from tests.running import RunningServer


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command line ended, and what it said."""

    code: object
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Terminal:
    """Runs command lines in a folder of its own."""

    folder: Path
    captured: pytest.CaptureFixture[str]

    def run(self, *words: str) -> Ended:
        """Run ``strongroom`` with *words* to its end."""
        with pytest.raises(SystemExit) as ended:
            main(words)
        said = self.captured.readouterr()
        return Ended(ended.value.code, said.out, said.err)


@pytest.fixture
def terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    """Lend a terminal in an empty folder, without settings of the machine's own."""
    monkeypatch.chdir(tmp_path)
    for name in ("STRONGROOM_DATA", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    return Terminal(tmp_path, capsys)


def require_one_line(ended: Ended, *words: str) -> None:
    """Accept a failure in one line of standard error, with exit code 2."""
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("strongroom: ")
    assert ended.err.count("\n") == 1, ended.err
    assert all(word in ended.err for word in words), ended.err


def test_the_version_is_told(terminal: Terminal) -> None:
    """One line, for scripts."""
    ended = terminal.run("--version")
    assert (ended.code, ended.out) == (0, f"strongroom {__version__}\n")


def test_the_module_is_the_command() -> None:
    """``python -m strongroom`` fails as ``strongroom`` does: in one line."""
    done = subprocess.run(
        [sys.executable, "-m", "strongroom", "upp"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "strongroom --help" in done.stderr


@pytest.mark.parametrize("words", [(), *((word,) for word in COMMANDS), ("db", "url")])
def test_help_is_there_for_every_word(
    terminal: Terminal, words: tuple[str, ...]
) -> None:
    """Every command explains itself."""
    ended = terminal.run(*words, "--help")
    assert ended.code == 0
    assert ended.out.startswith("Usage: strongroom")


def test_help_teaches_by_examples(terminal: Terminal) -> None:
    """Whoever asks for help sees lines to copy."""
    shown = terminal.run("--help").out + terminal.run("up", "--help").out
    for example in ("strongroom up", 'psql "$(strongroom db url)"', "--profile monqez"):
        assert example in shown


@pytest.mark.parametrize("word", COMMANDS)
def test_the_list_says_what_the_command_says(word: str) -> None:
    """The list of commands is not loaded from them, and yet agrees."""
    command = strongroom.get_command(click.Context(strongroom), word)
    assert command is not None
    assert command.help is not None
    assert command.help.partition("\n")[0] == COMMANDS[word]


def test_the_list_loads_no_command() -> None:
    """Asking for the version does not load the house."""
    code = "import strongroom.cli, sys; print('strongroom.server' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("upp",), "strongroom --help"),
        (("up", "--port", "0"), "--port"),
        (("up", "--port", "x"), "'x' is not a valid number."),
        (("audit", "verify", "a", "--key", "k", "--ca", "/etc/passwd"), "in PEM form"),
        (("up", "--port", "x"), "strongroom up --help"),
        (("up", "--workers", "99"), "--workers"),
        (("up", "--profile", "absent"), "bundled"),
        (("up", "--tls-certificate", "/absent"), "/absent"),
        (("up", "--tls-key", sys.executable), "belong together"),
        (("up", "--port", "8080"), "three different ports"),
        (("up", "--data", "/dev/null/x"), "/dev/null"),
        (("db", "uri"), "strongroom db --help"),
        (("outbox", "--limit", "0"), "--limit"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_a_wrong_command_line_is_one_line(
    terminal: Terminal, words: tuple[str, ...], said: str
) -> None:
    """It says what is wrong and what to do."""
    require_one_line(terminal.run(*words), said)


@pytest.mark.parametrize("words", [("db", "url"), ("outbox",)])
def test_without_a_server_commands_say_how_to_start_one(
    terminal: Terminal, words: tuple[str, ...]
) -> None:
    """A command that looks makes nothing."""
    ended = terminal.run(*words)
    require_one_line(ended, "strongroom up --data", str(terminal.folder / "data"))
    assert [*terminal.folder.iterdir()] == []


def test_a_start_that_is_refused_leaves_nothing(terminal: Terminal) -> None:
    """A busy port is told before a folder is made."""
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        require_one_line(terminal.run("up", "--port", str(port)), str(port))
    assert [*terminal.folder.iterdir()] == []


def test_a_traceback_is_for_those_who_ask(terminal: Terminal) -> None:
    """With --debug, a failure is raised as it is."""
    with pytest.raises(Exception, match="no server runs"):
        main(("--debug", "db", "url", "--data", str(terminal.folder / "data")))


def test_the_owners_url_is_told(server: RunningServer, terminal: Terminal) -> None:
    """As a line for tools, and as JSON for programs."""
    plain = terminal.run("db", "url", "--data", str(server.data)).out
    assert plain.startswith("postgresql://strongroom_owner:")
    shown = terminal.run("db", "url", "--json", "--data", str(server.data)).out
    assert f'"url":"{plain.strip()}"' in shown


def test_the_outbox_shows_links(server: RunningServer, terminal: Terminal) -> None:
    """Who signed up finds the link in the terminal as well."""
    with server.visitor() as visitor:
        person = server.newcomer(visitor)
    shown = terminal.run("outbox", "--limit", "2", "--data", str(server.data)).out
    assert person.email in shown
    assert f"{server.url}/verify?token=" in shown
