"""The root key itself is replaced beside a running server, and after a kill goes on."""

from pathlib import Path

import msgspec

from tests.running import RunningServer, quiet_profile


def test_the_root_key_is_replaced_while_the_server_runs(tmp_path: Path) -> None:
    """What was sealed and who signs in survive it, before and after the restart."""
    server = RunningServer(tmp_path / "data", quiet_profile(tmp_path / "quiet"), {})
    server.start()
    key = server.data / "keys" / "root.key"
    old = key.read_text(encoding="ascii")
    replace = ("vault", "replace-root", "--by", "Canary")
    try:
        with server.visitor() as visitor:
            server.newcomer(visitor)
            form = {"label": "canary", "phrase": "canary"}
            check = visitor.post("/api/v1/key-checks", json=form).json()["id"]
            address = f"/api/v1/key-checks/{check}"
            nameless = server.run("vault", "replace-root", "--yes")
            assert (nameless.returncode, "--by" in nameless.stderr) == (2, True)
            done = server.run(*replace, "--json")
            assert done.returncode == 0, done.stderr
            assert msgspec.json.decode(done.stdout) == {
                "generation": 2,
                "setting": None,
            }
            assert key.read_text(encoding="ascii") != old
            assert visitor.get(address).json()["phrase"] == "canary"
            again = server.run(*replace, "--yes")
            assert (again.returncode, "restart the server" in again.stderr) == (2, True)
            status = server.run("vault", "status", "--json")
            living = [
                each["generation"]
                for each in msgspec.json.decode(status.stdout)["generations"]
                if each["destroyed_at"] is None
            ]
            assert living == [2]
            server.stop()
            server.start()
            assert visitor.get(address).json()["phrase"] == "canary"
            third = server.run(*replace, "--json")
            assert msgspec.json.decode(third.stdout)["generation"] == 3
            assert visitor.get(address).json()["phrase"] == "canary"
        for path in server.data.rglob("*"):
            if path.is_file() and "pg_wal" not in path.parts:
                assert old.encode() not in path.read_bytes(), path
    finally:
        if server.runs():
            server.stop()
