"""The embedded Postgres: what it promises while nothing goes wrong."""

import asyncio
import os
import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import asyncpg
import pytest

from strongroom.db.embedded import (
    AlreadyRunning,
    EmbeddedPostgres,
    PostgresUnavailable,
)
from tests.running import eventually


PASSWORD = "s,e+c ret/%@:é"
CANARY = "canary-5d1e7c"


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A running server with a cluster that is to last."""
    folder = tmp_path_factory.mktemp("embedded") / "postgres"
    with EmbeddedPostgres(folder, PASSWORD) as server:
        yield server


def ask(url: str, *statements: str) -> object:
    """Run *statements* in one connection and return the last one's value."""

    async def run() -> object:
        connection = await asyncpg.connect(url)
        try:
            values = [await connection.fetchval(statement) for statement in statements]
        finally:
            await connection.close()
        return values[-1]

    return asyncio.run(run())


def mode(path: Path) -> int:
    """Return the permission bits of *path*."""
    return stat.S_IMODE(path.lstat().st_mode)


def open_ports(process: int) -> set[str]:
    """Return the TCP and UDP sockets, by inode, that *process* holds."""
    held = set()
    for entry in Path(f"/proc/{process}/fd").iterdir():
        with suppress(FileNotFoundError):  # The look itself opens one and closes it.
            held.add(str(entry.readlink()).removeprefix("socket:"))
    tables = [Path("/proc/net", name) for name in ("tcp", "tcp6", "udp", "udp6")]
    lines = [table.read_text().splitlines()[1:] for table in tables if table.exists()]
    return held & {f"[{line.split()[9]}]" for table in lines for line in table}


def server_process(postgres: EmbeddedPostgres) -> int:
    """Return the number of the server's first process."""
    return int((postgres.folder / "data/postmaster.pid").read_text().split()[0])


def test_rows_survive_a_restart(tmp_path: Path) -> None:
    """What was committed is there after a stop and a start, and stop may repeat."""
    first = EmbeddedPostgres(tmp_path / "postgres", PASSWORD)
    assert not first.is_running()
    with first:
        assert first.is_running()
        ask(first.superuser_url, "create table t as select 42 as n")
    assert not first.is_running()
    first.stop()
    with EmbeddedPostgres(tmp_path / "postgres", PASSWORD) as again:
        assert ask(again.superuser_url, "select n from t") == 42


def test_only_its_own_user_can_enter_its_folders(postgres: EmbeddedPostgres) -> None:
    """Folder, cluster, socket, lock and log are closed to everybody else."""
    for name in (".", "data", "data/socket", "data/log"):
        assert mode(postgres.folder / name) == 0o700, name
    assert mode(postgres.folder / "lock") == 0o600
    assert mode(postgres.socket_folder / ".s.PGSQL.5432") == 0o700
    files = [path for path in postgres.folder.rglob("*") if path.is_file()]
    assert len(files) > 900
    assert not [path for path in files if mode(path) & 0o077]


def test_nobody_comes_in_without_the_password(postgres: EmbeddedPostgres) -> None:
    """A wrong password is refused, and passwords are kept as SCRAM verifiers."""
    kept = "select rolpassword from pg_authid where rolname = 'postgres'"
    assert str(ask(postgres.superuser_url, kept)).startswith("SCRAM-SHA-256$")
    for wrong in ("wrong", PASSWORD + "x"):
        with pytest.raises(asyncpg.InvalidPasswordError):
            ask(postgres.url("postgres", wrong, "postgres"), "select 1")


def test_no_port_is_open(postgres: EmbeddedPostgres) -> None:
    """The server listens on its Unix-domain socket and on nothing else."""
    assert ask(postgres.superuser_url, "show listen_addresses") == ""
    try:
        assert open_ports(server_process(postgres)) == set()
    except PermissionError:
        pytest.skip("this root lacks CAP_SYS_PTRACE to see another user's sockets")


def test_an_open_port_would_be_seen() -> None:
    """The look at open ports finds one where there is one."""

    async def look() -> set[str]:
        async with await asyncio.start_server(lambda *_: None, "127.0.0.1", 0):
            return open_ports(os.getpid())

    assert asyncio.run(look())


def test_rows_are_kept_safely_and_sorted_alike(postgres: EmbeddedPostgres) -> None:
    """Checksums and fsync are on, and the order of text is Postgres' own."""
    wanted = {
        "data_checksums": "on",
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "server_encoding": "UTF8",
        "max_connections": "200",
        "allow_alter_system": "off",
        "log_statement": "none",
        "log_parameter_max_length_on_error": "0",
        "log_min_error_statement": "panic",
    }
    url = postgres.superuser_url
    assert {name: ask(url, f"show {name}") for name in wanted} == wanted
    order = "select datlocprovider::text || ' ' || datlocale from pg_database limit 1"
    assert ask(url, order) == "b C.UTF-8"


def test_secrets_stay_out_of_the_log(postgres: EmbeddedPostgres) -> None:
    """Failed statements leave no word of theirs in the log, which is being written."""
    failing = (
        f"select '{CANARY}'::int",
        f"do $$ begin raise exception '{CANARY}'; end $$",
        f"create role r password '{CANARY}' nonsense",
        f"insert into t select '{CANARY}'",
    )
    url = postgres.superuser_url
    ask(url, "create table t(c text unique)", f"insert into t values ('{CANARY}')")
    for statement in failing:
        with pytest.raises(asyncpg.PostgresError):
            ask(url, statement)
    with pytest.raises(asyncpg.InvalidPasswordError):
        ask(postgres.url("postgres", CANARY, "postgres"), "select 1")
    folder = postgres.folder / "data/log"

    def log() -> str:
        return "".join(path.read_text() for path in folder.iterdir())

    # A process of its own collects the log, an instant after the answer.
    assert eventually(lambda: "password authentication failed" in log())
    assert CANARY not in log()


def test_a_second_server_on_the_folder_is_refused(postgres: EmbeddedPostgres) -> None:
    """The second start says in one line who is there, and disturbs nobody."""
    second = EmbeddedPostgres(postgres.folder, PASSWORD)
    with pytest.raises(AlreadyRunning, match=f"process {os.getpid()}") as refusal:
        second.start()
    assert "\n" not in str(refusal.value)
    second.stop()
    assert ask(postgres.superuser_url, "select 1") == 1


@pytest.mark.parametrize("name", ["deep" * 30, "a,b"])
def test_a_path_that_clients_could_not_use_gets_a_short_one(
    tmp_path: Path, name: str
) -> None:
    """A long path, or one with a comma, is reached by a link that only we can make."""
    with EmbeddedPostgres(tmp_path / name / "postgres", PASSWORD) as server:
        assert len(os.fsencode(server.socket_folder / ".s.PGSQL.5432")) <= 107
        assert mode(server.socket_folder.parent) == 0o700
        assert ask(server.superuser_url, "select 1") == 1
    assert not os.path.lexists(server.socket_folder)


def test_a_throwaway_server_leaves_nothing_behind() -> None:
    """It does not wait for disks, and its folder is gone after its stop."""
    with EmbeddedPostgres.throwaway() as server:
        assert ask(server.superuser_url, "show fsync") == "off"
        assert server.folder.is_dir()
    assert not server.folder.exists()


@pytest.mark.parametrize(
    ("path", "content", "reason"),
    [
        ("data/PG_VERSION", "16\n", "was made by PostgreSQL 16, and this is 17"),
        ("data/rows", "rows", "holds files but no cluster"),
        ("PG_VERSION", "17\n", "holds a cluster of somebody else"),
    ],
)
def test_what_is_not_our_cluster_is_left_alone(
    tmp_path: Path, path: str, content: str, reason: str
) -> None:
    """Another version's cluster, or unknown files, are named and not touched."""
    found = tmp_path / path
    found.parent.mkdir(exist_ok=True)
    found.write_text(content)
    for _ in range(2):  # The first refusal has let go of the folder.
        with pytest.raises(PostgresUnavailable, match=reason) as refusal:
            EmbeddedPostgres(tmp_path, PASSWORD).start()
        assert "\n" not in str(refusal.value)
    assert found.read_text() == content


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    """The cause from the server's log comes back as one line, and the rows stay."""
    with EmbeddedPostgres(tmp_path / "postgres", PASSWORD) as server:
        rows = sorted((server.folder / "data/base").rglob("*"))
    os.truncate(server.folder / "data/global/pg_control", 0)
    with pytest.raises(PostgresUnavailable, match="pg_control") as refusal:
        server.start()
    assert re.fullmatch(r"no start: .*(FATAL|PANIC): .*", str(refusal.value))
    assert sorted((server.folder / "data/base").rglob("*")) == rows != []
    assert not server.is_running()


@pytest.mark.parametrize("password", ["", "two\nlines", "nul\0"])
def test_a_password_that_would_be_cut_is_refused(tmp_path: Path, password: str) -> None:
    """No password is taken that initdb would read only in part."""
    with pytest.raises(ValueError, match="one line of printable text"):
        EmbeddedPostgres(tmp_path, password)
