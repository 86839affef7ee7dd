"""A data folder: its key, its one holder, its certificates, through every crash."""

import ssl
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from strongroom.server import CannotStart, FolderInUse, NotRunning, Options
from strongroom.server.data_folder import DataFolder
from strongroom.server.occupancy import Occupancy, lock_file, read_note
from strongroom.server.tls import client_context, ensure_certificates, local_files


def options_for(folder: Path, **others: Any) -> Options:
    """Return the options of a server on *folder*."""
    return Options(data=str(folder), **others)


def test_a_root_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    """A second start uses the key of the first."""
    folder = DataFolder(tmp_path / "data")
    folder.create()
    first = folder.keyring().derive("x")
    folder.create()
    assert folder.keyring().derive("x") == first
    assert (folder.path / "keys").stat().st_mode & 0o777 == 0o700
    assert (folder.path / "keys" / "root.key").stat().st_mode & 0o777 == 0o600


def test_rows_without_their_key_are_not_given_a_new_one(tmp_path: Path) -> None:
    """A lost key is said to be lost; another one would open nothing."""
    folder = DataFolder(tmp_path / "data")
    folder.create()
    folder.postgres.mkdir()
    (folder.path / "keys" / "root.key").unlink()
    with pytest.raises(CannotStart, match="backup"):
        folder.create()


def test_one_process_holds_a_folder(tmp_path: Path) -> None:
    """The second is told who holds it; when the first lets go, it is free."""
    options = options_for(tmp_path)
    with Occupancy(options) as occupancy:
        occupancy.say(ready=True)
        assert read_note(str(tmp_path)).options == options
        with pytest.raises(FolderInUse, match="process"), Occupancy(options):
            pass
    with pytest.raises(NotRunning, match="strongroom up"):
        read_note(str(tmp_path))
    with Occupancy(options):
        assert read_note(str(tmp_path)).ready is False


def test_what_a_killed_holder_wrote_does_not_count(tmp_path: Path) -> None:
    """The kernel's lock decides, not what the file says."""
    with Occupancy(options_for(tmp_path)):
        left = lock_file(str(tmp_path)).read_bytes()
    lock_file(str(tmp_path)).write_bytes(left)
    with pytest.raises(NotRunning):
        read_note(str(tmp_path))


def test_nobody_runs_where_there_is_no_folder(tmp_path: Path) -> None:
    """Looking makes nothing."""
    with pytest.raises(NotRunning):
        read_note(str(tmp_path / "absent"))
    assert not (tmp_path / "absent").exists()


def make_certificate(folder: Path, **options: str) -> DataFolder:
    """Return a folder with a local certificate."""
    data = DataFolder(folder)
    data.create()
    ensure_certificates(options_for(folder, **options), data)
    return data


def serial_of(data: DataFolder) -> int:
    """Return the number of the certificate that would be served."""
    pem = local_files(data).certificate.read_bytes()
    return x509.load_pem_x509_certificate(pem).serial_number


def test_a_good_certificate_is_kept(tmp_path: Path) -> None:
    """A browser that trusts the authority goes on trusting it."""
    first = serial_of(make_certificate(tmp_path))
    assert serial_of(make_certificate(tmp_path)) == first


def test_a_new_name_makes_a_new_certificate(tmp_path: Path) -> None:
    """Every name under which the server is asked is in it."""
    first = serial_of(make_certificate(tmp_path))
    data = make_certificate(tmp_path, host="room.example")
    assert serial_of(data) != first
    pem = local_files(data).certificate.read_bytes()
    names = x509.load_pem_x509_certificate(pem).extensions.get_extension_for_class(
        x509.SubjectAlternativeName
    )
    listed = names.value.get_values_for_type(x509.DNSName)
    assert {"room.example", "localhost"} <= set(listed)


@pytest.mark.parametrize("parted", ["ca.pem", "tls/server.pem", "tls/server.key"])
@pytest.mark.parametrize("how", ["lost", "torn", "foreign"])
def test_files_that_a_crash_parted_are_made_anew(
    tmp_path: Path, parted: str, how: str
) -> None:
    """Whichever of the three is missing, torn or of another making."""
    data = make_certificate(tmp_path / "one")
    other = make_certificate(tmp_path / "two")
    file = data.path / parted
    if how == "lost":
        file.unlink()
    elif how == "torn":
        file.write_bytes(file.read_bytes()[:40])
    else:
        file.write_bytes((other.path / parted).read_bytes())
    make_certificate(tmp_path / "one")
    client_context(local_files(data))
    context = ssl.create_default_context(cafile=str(data.certificate_authority))
    assert context.get_ca_certs()
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(
        local_files(data).certificate, local_files(data).key
    )


def operators(tmp_path: Path, host: str) -> Options:
    """Return options with a certificate that is for ``mine.example``."""
    own = local_files(make_certificate(tmp_path / "own", host="mine.example"))
    return options_for(
        tmp_path / "data",
        host=host,
        tls_certificate=str(own.certificate),
        tls_key=str(own.key),
    )


def test_the_operators_certificate_is_taken(tmp_path: Path) -> None:
    """One that is for the host, with its key."""
    data = DataFolder(tmp_path / "data")
    data.create()
    ensure_certificates(operators(tmp_path, "mine.example"), data)
    assert local_files(data).certificate.exists()


def test_a_certificate_for_another_host_is_refused(tmp_path: Path) -> None:
    """No browser would take it."""
    data = DataFolder(tmp_path / "data")
    data.create()
    with pytest.raises(CannotStart, match=r"not for other\.example"):
        ensure_certificates(operators(tmp_path, "other.example"), data)


def test_a_certificate_with_a_foreign_key_is_refused(tmp_path: Path) -> None:
    """The two files must belong together."""
    options = operators(tmp_path, "mine.example")
    foreign = local_files(make_certificate(tmp_path / "foreign"))
    assert options.tls_key is not None
    Path(options.tls_key).write_bytes(foreign.key.read_bytes())
    data = DataFolder(tmp_path / "data")
    data.create()
    with pytest.raises(CannotStart, match="cannot be used"):
        ensure_certificates(options, data)
