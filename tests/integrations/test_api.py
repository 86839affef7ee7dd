"""Integrations over the API: kept, tested, used, replaced, shown once asked, undone."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from strongroom.connectors import KNOWN_HOSTS, Connectors
from strongroom.egress import Gate, Outside, only_listed
from strongroom.integrations import remind
from strongroom.room import Strongroom
from tests.conftest import Visit
from tests.egress.names import LOCAL
from tests.integrations.hosts import Host, listening
from tests.outbox.sink import mail_server
from tests.people import PASSWORD, found_organization, latest_mail
from tests.records import recorded


ADDRESS = "/api/v1/integrations"
SECRET = "a long secret of somebody"


@pytest.fixture
async def host(room: Strongroom, tmp_path: Path) -> AsyncIterator[Host]:
    """Lend a host that the operator has listed."""
    async with listening(tmp_path / "host") as opened:
        gate = Gate(only_listed((*KNOWN_HOSTS, *LOCAL)))
        outside = Outside(gate, [opened.authority])
        parts = room.integrations.parts
        object.__setattr__(parts, "connectors", Connectors(outside))
        yield opened


def form(kind: str, fields: dict[str, str], secret: str = SECRET) -> dict[str, object]:
    """Return what somebody would type."""
    return {"kind": kind, "name": "Ours", "secret": secret, "fields": fields}


async def kept(app: httpx.AsyncClient, wanted: dict[str, object]) -> str:
    """Keep a credential and return its address."""
    answer = await app.post(ADDRESS, json=wanted)
    assert answer.status_code == 201, answer.text
    assert SECRET not in answer.text
    return f"{ADDRESS}/{answer.json()['id']}"


async def test_a_credential_lives_its_whole_life(
    room: Strongroom, app: httpx.AsyncClient, host: Host
) -> None:
    """Kept, tested, renamed, replaced, revealed, deleted, brought back; on record."""
    await found_organization(room, app)
    fields = {"base_url": f"https://localhost:{host.port}/v2"}
    one = await kept(app, form("http-bearer", fields))
    shown = (await app.get(one)).json()
    assert (shown["last_four"], shown["is_due"]) == (SECRET[-4:], False)
    tested = await app.post(f"{one}/test")
    assert tested.json() == {
        "works": True,
        "said": f"localhost:{host.port} answers 200.",
    }
    assert await recorded(room, tested) == [("integration.test", "done", None)]
    assert host.heads[0].startswith("GET /v2/ HTTP/1.1")
    wish = {"name": "Theirs", "fields": fields | {"check_path": "/me"}}
    assert (await app.patch(one, json=wish)).json()["name"] == "Theirs"
    again = {"secret": "quite another one"}
    rotated = await app.post(f"{one}/rotate", json=again)
    assert rotated.json()["fingerprint"] != shown["fingerprint"]
    assert await recorded(room, rotated) == [("integration.rotate", "done", None)]
    same = await app.post(f"{one}/rotate", json=again)
    assert (same.status_code, [*same.json()["fields"]]) == (422, ["secret"])
    wrong = await app.post(f"{one}/reveal", json={"password": "x"})
    assert wrong.json()["fields"] == {"password": "That password does not match."}
    assert await recorded(room, wrong) == [
        ("integration.reveal", "refused", "wrong-password")
    ]
    told = await app.post(f"{one}/reveal", json={"password": PASSWORD})
    assert told.json() == {"secret": "quite another one"}
    assert await recorded(room, told) == [("integration.reveal", "done", None)]
    assert (await app.delete(one)).status_code == 204
    assert (await app.post(f"{one}/test")).status_code == 404
    assert (await app.post(f"{one}/restore")).status_code == 204
    assert (await app.post(f"{one}/restore")).status_code == 404
    assert (await app.post(f"{one}/test")).json()["works"]


async def test_a_deletion_is_undone_for_a_day(
    room: Strongroom, app: httpx.AsyncClient, host: Host
) -> None:
    """The end is checked when it is asked for, whether the row is gone or not."""
    await found_organization(room, app)
    fields = {"base_url": f"https://localhost:{host.port}"}
    one = await kept(app, form("http-bearer", fields))
    await app.delete(one)
    async with room.db.system(reason="test") as tx:
        await tx.execute(
            "update strongroom.integrations set deleted_at = now() - interval '25 h'"
        )
    assert (await app.post(f"{one}/restore")).json()["type"].endswith("/cannot-undo")
    assert (await app.get(ADDRESS)).json() == []


@pytest.mark.parametrize("kind", ["http-basic", "http-oauth"])
async def test_each_way_to_carry_a_secret(
    room: Strongroom, app: httpx.AsyncClient, host: Host, kind: str
) -> None:
    """User and password, and client credentials: sent rightly, and never told."""
    await found_organization(room, app)
    base = {"base_url": f"https://localhost:{host.port}"}
    more = {"username": "ada"} if kind == "http-basic" else {"client_id": "ada"}
    if kind == "http-oauth":
        more["token_url"] = f"https://localhost:{host.port}/token"
        host.answer = b'{"access_token": "token-of-one-hour"}'
    one = await kept(app, form(kind, base | more))
    asked = {"verb": "http.request", "arguments": {"method": "GET", "path": "/x"}}
    host_repeats = await app.post(f"{one}/use", json=asked)
    if kind == "http-oauth":
        # It repeats the head after the token, so the token is no JSON: it is told.
        assert host_repeats.json()["type"].endswith("/host-refused")
    else:
        assert host_repeats.json()["masked"] == 1
    assert "authorization: Basic " in host.heads[0].replace(
        "Authorization", "authorization"
    )
    assert SECRET not in host_repeats.text


@pytest.mark.usefixtures("host")
async def test_no_password_goes_to_a_mail_server_without_tls(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """A server without TLS is given nothing, and the test says so."""
    await found_organization(room, app)
    with mail_server() as (sink, port):
        fields = {
            "host": "localhost",
            "port": str(port),
            "tls": "starttls",
            "username": "ada",
            "sender": "ada@example.org",
        }
        one = await kept(app, form("smtp", fields))
        tested = (await app.post(f"{one}/test")).json()
        assert not tested["works"]
        assert "did not answer" in tested["said"]
        assert sink.received == []


@pytest.mark.usefixtures("host")
async def test_ai_keys_are_write_only(room: Strongroom, app: httpx.AsyncClient) -> None:
    """Nobody reads one back, not even with the right password."""
    await found_organization(room, app)
    for kind in ("openai", "anthropic", "google-ai"):
        one = await kept(app, form(kind, {}))
        answer = await app.post(f"{one}/reveal", json={"password": PASSWORD})
        assert (answer.status_code, answer.json()["type"]) == (
            409,
            "/problems/write-only",
        )


async def test_connection_strings_are_masked(
    room: Strongroom, app: httpx.AsyncClient, host: Host
) -> None:
    """Everything but the password is shown, and none of its characters."""
    await found_organization(room, app)
    secret = f"postgresql://ada:quiet-lantern@localhost:{host.port}/shop"
    one = await kept(app, form("postgres", {}, secret))
    shown = await app.get(one)
    masked = f"postgresql://ada:•••@localhost:{host.port}/shop"
    assert (shown.json()["fields"], shown.json()["last_four"]) == (
        {"shown": masked},
        "",
    )
    assert "quiet-lantern" not in shown.text
    renamed = await app.patch(one, json={"name": "Shop", "fields": {}})
    assert renamed.json()["fields"] == {"shown": masked}


@pytest.mark.usefixtures("host")
async def test_nobody_sees_another_organizations_credentials(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """To others there is none, whatever they ask of it."""
    await found_organization(room, app)
    one = await kept(app, form("openai", {}))
    stranger = visit()
    await found_organization(room, stranger)
    assert (await stranger.get(ADDRESS)).json() == []
    for way in ("test", "restore"):
        assert (await stranger.post(f"{one}/{way}")).status_code == 404
    assert (await stranger.delete(one)).status_code == 404
    assert (await app.get(one)).is_success


@pytest.mark.usefixtures("host")
async def test_old_credentials_are_called_due_by_one_mail(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """Each administrator gets one mail; replacing the secret ends the reminder."""
    owner = await found_organization(room, app)
    one = await kept(app, form("openai", {}))
    old = timedelta(days=91)
    async with room.db.system(reason="test") as tx:
        await tx.execute(
            "update strongroom.integrations set rotated_at = now() - $1::interval"
            " where organization_id = (select organization_id from"
            " strongroom.integrations where id = $2)",
            old,
            one.rpartition("/")[2],
        )
    assert (await app.get(one)).json()["is_due"]
    url = "https://strongroom.test"
    assert await remind(room.integrations, "Strongroom", url) == 1
    assert await remind(room.integrations, "Strongroom", url) == 0
    assert "- Ours" in await latest_mail(room, owner.email)
    rotated = await app.post(f"{one}/rotate", json={"secret": "quite another one"})
    assert not rotated.json()["is_due"]
