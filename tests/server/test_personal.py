"""Before a server answers, whoever was erased is erased again, or it does not start."""

import asyncio
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from strongroom.claims import Profile
from strongroom.db import single_connection
from strongroom.kernel import SettingsInvalid
from strongroom.server.data_folder import DataFolder
from strongroom.server.database_urls import embedded_server, embedded_urls
from strongroom.server.domains import DOMAINS
from strongroom.server.personal import registry_from
from tests.conftest import Visit
from tests.running import RunningServer, quiet_profile, run_server


def test_a_page_cannot_state_another_period(profile: Profile) -> None:
    """The period on the page is the one that is kept, or nothing starts."""
    assert registry_from(DOMAINS, profile).tables
    policy = {**profile.policy, "audit": {"retention": "90d"}}
    with pytest.raises(SettingsInvalid, match="the page states 365 days"):
        registry_from(DOMAINS, replace(profile, policy=policy))


async def test_the_public_page_says_what_is_kept(visit: Visit) -> None:
    """Anybody reads, without signing in, what is kept and how long."""
    page = (await visit().get("/security")).text
    assert "What is kept" in page


async def restore_account(data: Path, account_id: str, email: str) -> None:
    """Bring an account back into a stopped server's database, as a restore does."""
    folder = DataFolder(data)
    with embedded_server(folder, folder.keyring()):
        url = embedded_urls(folder, folder.keyring()).owner
        async with single_connection(url) as owner:
            query = "insert into strongroom.accounts (id, email) values ($1, $2)"
            await owner.execute(query, account_id, email)


async def is_known(server: RunningServer, email: str) -> bool:
    """Say whether the running server's database knows an address."""
    async with single_connection(server.owner_url) as owner:
        query = "select 1 from strongroom.accounts where email = $1"
        return await owner.fetchval(query, email) is not None


def test_the_erased_stay_erased_over_a_restore(tmp_path: Path) -> None:
    """A restored account is gone when the server says that it is ready."""
    quiet = quiet_profile(tmp_path / "quiet")
    with run_server(tmp_path / "data", quiet) as server:
        with server.visitor() as visitor:
            account_id, email = newcomer(server, visitor)
        done = server.run("privacy", "erase", email, "--yes", "--by", "Bo")
        assert done.returncode == 0, done.stderr
        assert server.stop() == 0
        asyncio.run(restore_account(server.data, account_id, email))
        server.start()
        assert not asyncio.run(is_known(server, email))
        assert server.stop() == 0
        ledger = server.data / "privacy" / "erasures.ndjson"
        whole = ledger.read_bytes()
        ledger.write_bytes(b"")
        with pytest.raises(RuntimeError, match=r"erasures\.ndjson: line 1 and those"):
            server.start()
        ledger.write_bytes(whole)
        server.start()


def newcomer(server: RunningServer, visitor: httpx.Client) -> tuple[str, str]:
    """Sign somebody up and return who they are."""
    person = server.newcomer(visitor)
    found = visitor.get("/api/v1/session").json()
    return found["account_id"], person.email
