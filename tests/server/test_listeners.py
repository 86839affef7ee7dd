"""The three listeners: what each speaks, to whom, and what it refuses."""

import asyncio
import socket
import ssl
from pathlib import Path

import httpx
import pytest

from strongroom.db import single_connection
from tests.running import RunningServer


def shake_hands(
    server: RunningServer, port: int, version: ssl.TLSVersion, protocols: list[str]
) -> ssl.SSLSocket:
    """Return a connection that speaks *version* and nothing else."""
    context = server.trust()
    context.set_ciphers("ALL:@SECLEVEL=0")  # Else our own end refuses old versions.
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.maximum_version = version
    context.set_alpn_protocols(protocols)
    plain = socket.create_connection(("127.0.0.1", port), timeout=5)
    return context.wrap_socket(plain, server_hostname="localhost")


def exchange(port: int, sent: bytes) -> bytes:
    """Return everything that the plain listener answers to raw bytes."""
    with socket.create_connection(("127.0.0.1", port), timeout=8) as plain:
        plain.sendall(sent)
        received = b""
        while part := plain.recv(65_536):
            received += part
        return received


@pytest.mark.parametrize("version", ["TLSv1_2", "TLSv1_3"])
def test_the_versions_of_the_policy_are_spoken(
    server: RunningServer, version: str
) -> None:
    """A policy with TLS 1.2 serves it, and 1.3 as well."""
    with shake_hands(server, server.port, ssl.TLSVersion[version], []) as spoken:
        assert spoken.version() == version.replace("_", ".")


@pytest.mark.filterwarnings("ignore:.*TLSv1:DeprecationWarning")
@pytest.mark.parametrize("listener", ["port", "admin_port"])
@pytest.mark.parametrize("version", ["TLSv1", "TLSv1_1"])
def test_older_versions_are_refused(
    server: RunningServer, listener: str, version: str
) -> None:
    """Nobody can talk a listener down to TLS 1.1 or older."""
    port: int = getattr(server, listener)
    with pytest.raises(ssl.SSLError):
        shake_hands(server, port, ssl.TLSVersion[version], [])


@pytest.mark.parametrize("protocol", ["h2", "http/1.1"])
def test_both_protocols_are_offered(server: RunningServer, protocol: str) -> None:
    """A client chooses between HTTP/2 and HTTP/1.1 by ALPN."""
    version = ssl.TLSVersion.TLSv1_3
    with shake_hands(server, server.port, version, [protocol]) as spoken:
        assert spoken.selected_alpn_protocol() == protocol


def test_a_connection_is_kept_for_more_requests(server: RunningServer) -> None:
    """HTTP/1.1 keep-alive: one handshake carries many requests."""
    with shake_hands(server, server.port, ssl.TLSVersion.TLSv1_3, []) as spoken:
        for _ in range(20):
            host = f"localhost:{server.port}"
            spoken.sendall(f"GET /healthz HTTP/1.1\r\nhost: {host}\r\n\r\n".encode())
            assert spoken.recv(65_536).startswith(b"HTTP/1.1 200")


def test_plain_http_redirects_to_the_configured_address(server: RunningServer) -> None:
    """The address comes from our settings, whatever the request calls us."""
    answer = httpx.get(
        f"{server.plain_url}/security?from=mail", headers={"host": "evil.example"}
    )
    assert answer.status_code == 308
    assert answer.headers["location"] == f"{server.url}/security?from=mail"


def test_a_plain_write_is_refused_unread(server: RunningServer) -> None:
    """What was sent in the clear is not repeated over TLS by a redirect."""
    head = b"POST /api/v1/sessions HTTP/1.1\r\nhost: x\r\ncontent-length: 9999\r\n\r\n"
    received = exchange(server.http_port, head)  # The body never comes.
    assert received.startswith(b"HTTP/1.1 403")
    assert b'"/problems/https-only"' in received


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET http://evil.example/ HTTP/1.1\r\n\r\n", b"400"),
        (b"GET /\x01 HTTP/1.1\r\n\r\n", b"400"),
        (b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n", b"431"),
    ],
    ids=["nonsense", "proxy", "control", "huge"],
)
def test_malformed_plain_requests_are_problems(
    server: RunningServer, sent: bytes, status: bytes
) -> None:
    """Whatever arrives on the plain port gets an answer of ours or none."""
    received = exchange(server.http_port, sent)
    assert received.split()[1] == status
    assert b"application/problem+json" in received


def test_the_operator_reads_mail(server: RunningServer) -> None:
    """Without a mail server, the link that confirms an address is in the outbox."""
    with server.visitor() as newcomer, server.visitor(server.admin_url) as operator:
        person = server.newcomer(newcomer)
        listed = operator.get("/outbox")
        assert person.email in listed.text
        link = listed.text.partition('href="/outbox/')[2].partition('"')[0]
        assert "/verify?token=" in operator.get(f"/outbox/{link}").text


@pytest.mark.parametrize("path", ["/", "/security", "/api/v1/session", "/sign-in"])
def test_nothing_else_is_on_the_operators_listener(
    server: RunningServer, path: str
) -> None:
    """It has the outbox, health and assets; every other path is not there."""
    with server.visitor(server.admin_url) as operator:
        answer = operator.get(path)
        assert answer.status_code == 404
        assert answer.json()["type"] == "/problems/not-found"


def test_the_operator_sees_what_people_asked_for(server: RunningServer) -> None:
    """Requests and holds of every organization, and in amber what is overdue."""
    with server.visitor() as visitor, server.visitor(server.admin_url) as operator:
        person = server.newcomer(visitor)
        form = {"kind": "access", "words": "<b>What</b> do you know?"}
        asked = visitor.post("/api/v1/privacy/requests", json=form)
        assert asked.is_success, asked.text
        shown = operator.get("/privacy")
        assert shown.status_code == 200
        assert person.email in shown.text
        assert "&lt;b&gt;What" in shown.text
        assert "overdue" not in shown.text
        late = "update strongroom.privacy_requests set due_at = now() - interval '1 h'"
        asyncio.run(_as_owner(server.owner_url, late))
        assert "overdue" in operator.get("/privacy").text
        assert visitor.get("/privacy").status_code == 404


async def _as_owner(url: str, statement: str) -> None:
    async with single_connection(url) as owner:
        await owner.execute(statement)


def test_the_public_listener_has_no_outbox(server: RunningServer) -> None:
    """Mail cannot be read from where visitors are."""
    with server.visitor() as visitor:
        assert visitor.get("/outbox").status_code == 404


def test_the_operators_listener_is_on_loopback_alone(server: RunningServer) -> None:
    """The kernel lists it under 127.0.0.1, and under no other address."""
    port = f"{server.admin_port:04X}"
    rows = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    rows += Path("/proc/net/tcp6").read_text(encoding="ascii").splitlines()[1:]
    listening = {row.split()[1] for row in rows if row.split()[3] == "0A"}
    assert {each for each in listening if each.endswith(f":{port}")} == {
        f"0100007F:{port}"
    }


def test_the_operators_listener_answers_to_its_own_name(server: RunningServer) -> None:
    """A page that points its own name at 127.0.0.1 reads nothing."""
    with server.visitor(server.admin_url) as operator:
        foreign = operator.get("/outbox", headers={"host": "rebound.example"})
        assert foreign.status_code == 421
        assert operator.get("/outbox").status_code == 200
