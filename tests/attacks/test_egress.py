"""Somebody points the house at a host of their own, or at what only it can reach.

Server-side request forgery in its usual spellings, DNS that changes its mind between
the check and the connection (rebinding), redirects, and a secret that is led from the
host that it was given for to another one.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest

from strongroom.connectors import KNOWN_HOSTS, Connectors
from strongroom.egress import (
    Asked,
    EgressRefused,
    Gate,
    HostUnreachable,
    Outside,
    is_public,
    parse_allowed,
)
from strongroom.room import Strongroom
from tests.conftest import Visit
from tests.integrations.hosts import Host, listening
from tests.people import found_organization, join, organization_of, sign_in


SECRET = "a secret for one host alone"


@pytest.fixture
async def host(tmp_path: Path) -> AsyncIterator[Host]:
    """Lend a host with a certificate for localhost."""
    async with listening(tmp_path / "host") as opened:
        yield opened


def form(port: int, **more: str) -> dict[str, object]:
    """Return a credential for a host on this machine."""
    fields = {"base_url": f"https://localhost:{port}", **more}
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

    def reach(*egress: str) -> None:
        gate = Gate(parse_allowed((*KNOWN_HOSTS, *egress)))
        outside = Outside(gate, [host.authority])
        object.__setattr__(parts, "connectors", Connectors(outside))

    yield reach
    object.__setattr__(parts, "connectors", before)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104 - judged, not bound to.
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.1.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::a00:1",
        "2001:0:4136:e378:8000:63bf:80ff:fffe",
        "4000::1",
        "2002:7f00:1::",
        "fc00::1",
        "fe80::1",
        "ff02::1",
    ],
)
def test_no_inner_address_is_public(address: str) -> None:
    """Private, loopback, link-local and multicast, also inside IPv6."""
    assert not is_public(ip_address(address))
    assert is_public(ip_address("1.1.1.1"))
    assert is_public(ip_address("64:ff9b::101:101"))


@pytest.mark.parametrize(
    "name",
    [
        "evil.example",
        "api.openai.com.evil.example",
        "api.openai.com:8443",
        "xapi.openai.com",
        "127.0.0.1",
        "[::1]",
        "2130706433",
        "0x7f.1",
        "localhost",
    ],
)
async def test_a_host_that_nobody_listed_is_refused(
    room: Strongroom, app: httpx.AsyncClient, name: str
) -> None:
    """The list is of exact names; a provider's own name is on it."""
    await found_organization(room, app)
    wanted = form(443) | {"fields": {"base_url": f"https://{name}"}}
    answer = await app.post("/api/v1/integrations", json=wanted)
    assert answer.json()["type"] == "/problems/egress-refused", answer.text
    known = form(443) | {"fields": {"base_url": "https://API.openai.com"}}
    assert (await app.post("/api/v1/integrations", json=known)).is_success


async def test_a_name_that_is_rebound_is_refused(host: Host) -> None:
    """A listed name answers with a public address first, and then with our own."""
    answers = [["1.1.1.1"], ["127.0.0.1"], ["1.1.1.1", "127.0.0.1"], ["::ffff:7f00:1"]]

    async def rebinding(*_: object) -> list[str]:
        return answers.pop(0)

    gate = Gate(parse_allowed(["crm.example"]), resolve=rebinding)
    assert await gate.admit("crm.example", host.port) == "1.1.1.1"
    outside = Outside(gate, [host.authority])
    for _ in range(3):
        with pytest.raises(EgressRefused):
            await outside.ask(Asked("GET", f"https://crm.example:{host.port}/"))
    assert host.heads == []
    listed = Gate(parse_allowed(["localhost", "127.0.0.0/8", "::1/128"]))
    asked = Asked("GET", f"https://localhost:{host.port}/")
    assert (await Outside(listed, [host.authority]).ask(asked)).status == 200


async def test_the_connection_goes_to_the_address_that_was_judged(host: Host) -> None:
    """The name is resolved once; the certificate must still be the name's."""
    asked = list[str]()

    async def once(name: str, _: int) -> list[str]:
        asked.append(name)
        return ["127.0.0.1"]

    allowed = parse_allowed(["localhost", "crm.example", "127.0.0.0/8"])
    outside = Outside(Gate(allowed, resolve=once), [host.authority])
    await outside.ask(Asked("GET", f"https://localhost:{host.port}/x"))
    assert asked == ["localhost"]
    assert f"host: localhost:{host.port}" in host.heads[0].lower()
    with pytest.raises(HostUnreachable):
        await outside.ask(Asked("GET", f"https://crm.example:{host.port}/"))
    untrusting = Outside(Gate(allowed, resolve=once))
    with pytest.raises(HostUnreachable):
        await untrusting.ask(Asked("GET", f"https://localhost:{host.port}/"))
    assert len(host.heads) == 1


async def test_no_redirect_and_no_echo_takes_the_secret_along(
    room: Strongroom, app: httpx.AsyncClient, host: Host, reachable: Reach
) -> None:
    """The host repeats the secret and sends us on; the answer has it masked, once."""
    reachable("localhost", "127.0.0.0/8", "::1/128")
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


@pytest.mark.parametrize(
    "path",
    ["//evil.example/", "@evil.example/", "/../admin", "/a/%2E%2e/b", "/x\\y", "/a b"],
)
async def test_no_path_leads_to_another_host(
    room: Strongroom, app: httpx.AsyncClient, host: Host, reachable: Reach, path: str
) -> None:
    """What could be read as another address is refused before anything is sent."""
    reachable("localhost", "127.0.0.0/8", "::1/128")
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
    reachable("localhost", "crm.example", "127.0.0.0/8", "::1/128")
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
    reachable("localhost", "127.0.0.0/8", "::1/128")
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
