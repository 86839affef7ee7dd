"""``strongroom audit verify``: a file, a folder of tiles, or an address."""

import json
from pathlib import Path

import httpx
import pytest
from click import ClickException
from click.testing import CliRunner, Result

from strongroom.cli.main import strongroom
from strongroom.room import Strongroom
from tests.egress.receivers import Certificates, certificates, serving_files
from tests.people import found_organization, organization_of


KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"


def run(*words: str) -> Result:
    """Run the command as a shell would; its exit code is what it returns."""
    return CliRunner().invoke(
        strongroom, ["audit", "verify", *words], standalone_mode=False
    )


async def test_file_folder_and_address_verify_alike(
    room: Strongroom, app: httpx.AsyncClient, tmp_path: Path
) -> None:
    """Each holds as it is, and a changed tile is named wherever it is read."""
    await found_organization(room, app)
    organization = await organization_of(app)
    await room.audit_tree.seal()
    folder = room.audit_tree.tiles(organization).path
    key = ("--key", str(room.audit_tree.verifier_key(organization)))
    export = tmp_path / "audit.ndjson"
    export.write_bytes((await app.get("/api/v1/audit-logs/export")).content)
    made: Certificates = certificates(tmp_path)
    with serving_files(made, folder) as url:
        authority = ("--ca", str(tmp_path / "ca.pem"))
        ways = [(str(export),), (str(folder),), (url, *authority)]
        for way in ways:
            done = run(*way, *key, "--json")
            assert done.return_value == 0, done
            assert json.loads(done.stdout)["holds"] is True
        distrusted = run(url, *key).exception
        assert isinstance(distrusted, ClickException), "a stranger's certificate passes"
        assert "--ca FILE" in distrusted.message
        [tile] = (folder / "tile" / "0" / "000.p").iterdir()
        whole = tile.read_bytes()
        tile.write_bytes(whole[::-1])
        for way in ways[1:]:
            assert run(*way, *key).return_value == 1, way
        tile.write_bytes(whole)


@pytest.mark.parametrize("content", [b"", b"\xff\x00\x1b", b"[]\n", b'{"size":1}\n'])
def test_what_is_no_export_is_not_called_false(tmp_path: Path, content: bytes) -> None:
    """It could not be read, which is another answer than that it does not hold."""
    garbage = tmp_path / "garbage"
    garbage.write_bytes(content)
    failed = run(str(garbage), "--key", KEY).exception
    assert isinstance(failed, ClickException)
    assert "is no export of a log" in failed.message


def test_nobody_to_type_the_password_is_told_where_to_put_it() -> None:
    """At the end of the input, in words about the password."""
    words = ("https://localhost:1/api/v1/audit-logs", "--key", KEY, "--as", "a@b.test")
    failed = run(*words).exception
    assert isinstance(failed, ClickException)
    assert failed.message == "nobody typed the password: set STRONGROOM_PASSWORD"


async def test_demanding_a_witness_without_one_fails(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """A number of witnesses is demanded even where none is named."""
    await found_organization(room, app)
    organization = await organization_of(app)
    await room.audit_tree.seal()
    folder = str(room.audit_tree.tiles(organization).path)
    key = str(room.audit_tree.verifier_key(organization))
    done = run(folder, "--key", key, "--witnesses", "1")
    assert done.return_value == 1
    assert "unwitnessed" in done.stdout
