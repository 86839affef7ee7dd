"""Somebody leads a secret from the host that it was given for to another one.

By a redirect, an echo, a path, a changed row, the options of a connection string, or a
role that may only use it.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import httpx
import pytest

from strongroom.connectors import KNOWN_HOSTS, Connectors
from strongroom.egress import Gate, Outside, only_listed
from strongroom.room import Strongroom
from tests.conftest import Visit
from tests.egress.names import LOCAL
from tests.integrations.hosts import Host, listening
from tests.people import found_organization, join, organization_of, sign_in


SECRET = "a secret for one host alone"


@pytest.fixture
async def host(tmp_path: Path) -> AsyncIterator[Host]:
    """Lend a host with a certificate for localhost."""
    async with listening(tmp_path / "host") as opened:
        yield opened


def form(port: int) -> dict[str, object]:
    """Return a credential for a host on this machine."""
    fields = {"base_url": f"https://localhost:{port}"}
    return {
        "kind": "http-bearer",
        "name": "CRM",
        "secret": SECRET,
        "fields": fields,
    }


Reach = Callable[..., None]


@pytest.fixture
def reachable(room: Strongroom, host: Host) -> Iterator[Reach]:
    """Let the house reach the host for one test, as an operator's list would."""
    parts = room.integrations.parts
    before = parts.connectors

    def reach(*listed: str) -> None:
        gate = Gate(only_listed((*KNOWN_HOSTS, *listed)))
        outside = Outside(gate, [host.authority])
        object.__setattr__(parts, "connectors", Connectors(outside))

    yield reach
    object.__setattr__(parts, "connectors", before)


async def test_no_redirect_and_no_echo_takes_the_secret_along(
    room: Strongroom, app: httpx.AsyncClient, host: Host, reachable: Reach
) -> None:
    """The host repeats the secret and sends us on; the answer has it masked, once."""
    reachable(*LOCAL)
    await found_organization(room, app)
    made = await app.post("/api/v1/integrations", json=form(host.port))
    host.status = "302 Found"
    host.more = "location: https://evil.example/\r\n"
    asked = {"verb": "http.request", "arguments": {"method": "GET", "path": "/me"}}
    address = f"/api/v1/integrations/{made.json()['id']}/use"
    answer = await app.post(address, json=asked)
    assert (answer.json()["status"], answer.json()["masked"]) == (302, 1)
    assert f"Bearer {SECRET}" in host.heads[0]
    assert SECRET not in answer.text
    assert len(host.heads) == 1


async def test_no_broken_answer_repeats_the_secret(
    room: Strongroom, app: httpx.AsyncClient, host: Host, reachable: Reach
) -> None:
    """A line that is no HTTP holds the secret; of the failure its kind is told."""
    reachable(*LOCAL)
    await found_organization(room, app)
    made = await app.post("/api/v1/integrations", json=form(host.port))
    host.status = f"{SECRET} OK"
    asked = {"verb": "http.request", "arguments": {"method": "GET", "path": "/me"}}
    for way in ("use", "test"):
        address = f"/api/v1/integrations/{made.json()['id']}/{way}"
        answer = await app.post(address, json=asked)
        assert "localhost did not answer: RemoteProtocolError." in answer.text
        assert SECRET not in answer.text
    assert len(host.heads) == 2


@pytest.mark.parametrize(
    "path",
    ["//evil.example/", "@evil.example/", "/../admin", "/a/%2E%2e/b", "/x\\y", "/a b"],
)
async def test_no_path_leads_to_another_host(
    room: Strongroom, app: httpx.AsyncClient, host: Host, reachable: Reach, path: str
) -> None:
    """What could be read as another address is refused before anything is sent."""
    reachable(*LOCAL)
    await found_organization(room, app)
    made = await app.post("/api/v1/integrations", json=form(host.port))
    asked = {"verb": "http.request", "arguments": {"method": "GET", "path": path}}
    address = f"/api/v1/integrations/{made.json()['id']}/use"
    answer = await app.post(address, json=asked)
    assert answer.json()["type"] == "/problems/argument-invalid"
    assert host.heads == []


async def test_a_secret_is_never_bound_to_a_new_host(
    room: Strongroom, app: httpx.AsyncClient, host: Host, reachable: Reach
) -> None:
    """By the API the secret is needed again; by the database it does not open."""
    reachable(*LOCAL, "crm.example")
    await found_organization(room, app)
    one = (await app.post("/api/v1/integrations", json=form(host.port))).json()["id"]
    address, elsewhere = f"/api/v1/integrations/{one}", "https://crm.example"
    wish = {"name": "CRM", "fields": {"base_url": elsewhere}}
    answer = await app.patch(address, json=wish)
    assert answer.json()["type"] == "/problems/secret-needed"
    async with room.db.system(reason="test") as tx:
        await tx.execute(
            "update strongroom.integrations set destination = 'crm.example:443',"
            " fields = jsonb_set(fields, '{base_url}', to_jsonb($2::text))"
            " where id = $1",
            one,
            elsewhere,
        )
    for way in ("test", "use"):
        body = {"verb": "http.request", "arguments": {"method": "GET", "path": "/"}}
        answer = await app.post(f"{address}/{way}", json=body)
        assert answer.json()["type"] == "/problems/secret-elsewhere", way
    assert host.heads == []
    moved = await app.patch(address, json=wish | {"secret": "another secret"})
    assert moved.json()["destination"] == "crm.example:443"


async def test_a_connection_string_names_no_second_host(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """Options that override the host, or loosen TLS, are refused without an echo."""
    await found_organization(room, app)
    for tail in ("?host=evil.example", "?hostaddr=10.0.0.1", "?sslmode=disable"):
        secret = f"postgresql://ada:quiet-lantern@api.openai.com/db{tail}"
        wanted = {"kind": "postgres", "name": "DB", "secret": secret, "fields": {}}
        answer = await app.post("/api/v1/integrations", json=wanted)
        assert answer.json()["type"] == "/problems/fields-invalid"
        assert "quiet-lantern" not in answer.text


async def test_a_member_uses_and_changes_nothing(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit, host: Host, reachable: Reach
) -> None:
    """Who may use a credential may not point it elsewhere, replace it or read it."""
    reachable(*LOCAL)
    await found_organization(room, app)
    one = (await app.post("/api/v1/integrations", json=form(host.port))).json()["id"]
    member = visit()
    await sign_in(member, await join(room, await organization_of(app), "member"))
    address = f"/api/v1/integrations/{one}"
    asked = {"verb": "http.request", "arguments": {"method": "GET", "path": "/"}}
    assert (await member.post(f"{address}/use", json=asked)).status_code == 200
    refused = [
        await member.patch(address, json={"name": "x", "fields": {}}),
        await member.post(f"{address}/rotate", json={"secret": SECRET}),
        await member.post(f"{address}/reveal", json={"password": "x"}),
        await member.delete(address),
        await member.post("/api/v1/integrations", json=form(host.port)),
    ]
    assert [answer.status_code for answer in refused] == [403] * 5
