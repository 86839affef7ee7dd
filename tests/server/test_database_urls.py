"""No password and no row crosses a network in the clear."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from strongroom.crypto import Keyring
from strongroom.server import CannotStart
from strongroom.server.data_folder import DataFolder
from strongroom.server.database_urls import embedded_urls, external_urls


KEYS = Keyring(bytes(range(32)))


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://o:p@127.0.0.1/app",
        "postgresql://o:p@[::1]:5433/app",
        "postgres://o:p@localhost:5432/app",
        "postgresql://o:p@/app?host=/run/postgresql",
        "postgresql://o:p@%2Frun%2Fpostgresql/app",
        "postgresql://o:p@db.example/app?sslmode=verify-full",
        "postgresql://o:p@one.example:5432,two.example:5433/app?sslmode=verify-full",
    ],
)
def test_a_private_way_is_taken(url: str) -> None:
    """This machine, a socket, or verified TLS; each role gets its own password."""
    urls = external_urls(url, KEYS)
    assert urls.owner == url
    for role, derived in (("app", urls.app), ("system", urls.system)):
        parts = urlsplit(derived)
        assert parts.netloc.startswith(f"strongroom_{role}:")
        assert parts.netloc.rpartition("@")[2] == urlsplit(url).netloc[4:]
        assert (parts.path, parts.query) == (urlsplit(url).path, urlsplit(url).query)
    assert len({urlsplit(each).password for each in (urls.app, urls.system)}) == 2


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://o:p@db.example/app",
        "postgresql://o:p@db.example/app?sslmode=require",
        "postgresql://o:p@db.example/app?sslmode=verify-full&sslmode=disable",
        "postgresql://o:p@10.0.0.5/app?sslmode=verify-ca",
        "postgresql://o:p@localhost,db.example/app",
        "postgresql://o:p@localhost/app?host=db.example",
        "postgresql://o:p@127.0.0.1.example/app",
    ],
)
def test_an_unverified_network_is_refused(url: str) -> None:
    """The line says what to add, and repeats no password."""
    with pytest.raises(CannotStart, match="sslmode=verify-full") as refused:
        external_urls(url, KEYS)
    assert "o:p" not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "mysql://o:p@localhost/app",
        "postgresql:///app",
        "http://[::1",
        "postgresql://o:p@localhost",
        "postgresql://o:p@/app",
    ],
)
def test_an_unusable_url_is_refused(url: str) -> None:
    """Whatever the environment's own variables would add is not relied upon."""
    with pytest.raises(CannotStart, match="DATABASE_URL"):
        external_urls(url, KEYS)


def test_the_embedded_roles_have_passwords_of_their_own(tmp_path: Path) -> None:
    """Three roles, three passwords, all from the folder's root key."""
    urls = embedded_urls(DataFolder(tmp_path), KEYS)
    parts = [urlsplit(url) for url in (urls.owner, urls.app, urls.system)]
    assert len({part.password for part in parts}) == 3
    assert [part.username for part in parts] == [
        "strongroom_owner",
        "strongroom_app",
        "strongroom_system",
    ]
