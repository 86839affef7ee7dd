"""TLS handshakes, one protocol version at a time, as any stranger can offer them.

The ClientHello is written by hand (RFC 2246, 4346, 5246 and 8446): a library that
has forgotten an old version cannot say whether a target still speaks it. It ends
with the server's choice; certificates are verified elsewhere, by the lab's client.
"""

import asyncio
import ipaddress
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


VERSIONS = {"1.0": 0x0301, "1.1": 0x0302, "1.2": 0x0303, "1.3": 0x0304}
"""TLS versions by the number that stands for them on the wire, oldest first."""

PATIENCE_SECONDS = 5

_HANDSHAKE, _SERVER_HELLO = 22, b"\x02"  # RFC 8446 §5.1 and §4.
_SUPPORTED_VERSIONS, _KEY_SHARE = 0x002B, 0x0033
_RANDOM_END = 38  # Of a ServerHello: type, length, version, 32 random bytes.

_NEW_SUITES = bytes.fromhex("1301 1302 1303")
_OLD_SUITES = bytes.fromhex(
    "c02b c02f c02c c030 cca9 cca8 009e 009f 009c 009d"  # AEAD, for TLS 1.2.
    "c009 c013 c00a c014 0033 0039 002f 0035 000a"  # CBC, for the older ones.
    "00ff"  # Secure renegotiation (RFC 5746): some servers insist on it.
)
_GROUPS = bytes.fromhex("001d 0017 0018 0019")  # X25519 and the NIST curves.
_SIGNATURES = bytes.fromhex("0403 0503 0603 0804 0805 0806 0401 0501 0601 0203 0201")

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def find_chosen_version(address: str, port: int, host: str, offered: str) -> str:
    """Return the version that a server picks when only *offered* is on offer.

    It is empty when the server picks none: an alert, a closed connection, silence.

    Raises:
        OSError: nothing listens at *address*.
        TimeoutError: nobody answers there at all.

    """
    async with connected(address, port) as (reader, writer):
        writer.write(client_hello(host, VERSIONS[offered]))
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                head = await reader.readexactly(5)
                record = await reader.readexactly(int.from_bytes(head[3:]))
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            return ""
    if head[0] != _HANDSHAKE or record[:1] != _SERVER_HELLO:
        return ""
    chosen = version_in(record)
    return next((name for name, number in VERSIONS.items() if number == chosen), "")


@asynccontextmanager
async def connected(address: str, port: int) -> AsyncIterator[Connection]:
    """Lend a plain connection.

    Raises:
        OSError: nothing listens at *address*.
        TimeoutError: nobody answers there at all.

    """
    async with asyncio.timeout(PATIENCE_SECONDS):
        reader, writer = await asyncio.open_connection(address, port)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def addresses_of(host: str, port: int) -> list[str]:
    """Return every address under which *host* is reached: each may be set up apart."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return sorted({str(place[0]) for *_, place in found})


def client_hello(host: str, version: int) -> bytes:
    """Return the first words of a client that speaks *version* and no other."""
    newest = version == VERSIONS["1.3"]
    legacy = min(version, VERSIONS["1.2"]).to_bytes(2)  # RFC 8446 §4.1.2.
    suites = _NEW_SUITES if newest else _OLD_SUITES
    body = (
        legacy
        + secrets.token_bytes(32)
        + _vector(1, secrets.token_bytes(32))  # A session id, for old middleboxes.
        + _vector(2, suites)
        + _vector(1, b"\0")  # No compression.
        + _vector(2, b"".join(_extensions(host, newest=newest)))
    )
    record = min(version, VERSIONS["1.0"]).to_bytes(2)
    return b"\x16" + record + _vector(2, b"\x01" + _vector(3, body))


def version_in(server_hello: bytes) -> int:
    """Return the version that a ServerHello settles on."""
    session = int.from_bytes(server_hello[_RANDOM_END : _RANDOM_END + 1])
    at = _RANDOM_END + 1 + session + 3 + 2  # Session, suite, compression, length.
    while at + 4 <= len(server_hello):
        kind = int.from_bytes(server_hello[at : at + 2])
        length = int.from_bytes(server_hello[at + 2 : at + 4])
        if kind == _SUPPORTED_VERSIONS:  # It speaks for TLS 1.3.
            return int.from_bytes(server_hello[at + 4 : at + 6])
        at += 4 + length
    return int.from_bytes(server_hello[4:6])


def _extensions(host: str, *, newest: bool) -> list[bytes]:
    found = [
        _extension(0x000A, _vector(2, _GROUPS)),
        _extension(0x000B, _vector(1, b"\0")),  # Uncompressed points.
        _extension(0x000D, _vector(2, _SIGNATURES)),
    ]
    if not _is_address(host):  # RFC 6066 §3: a name, never an address.
        name = b"\0" + _vector(2, host.encode("idna"))
        found.append(_extension(0x0000, _vector(2, name)))
    if newest:
        # Any 32 bytes are an X25519 key; nobody will ever use this one.
        share = _GROUPS[:2] + _vector(2, secrets.token_bytes(32))
        found.append(_extension(_SUPPORTED_VERSIONS, _vector(1, b"\x03\x04")))
        found.append(_extension(_KEY_SHARE, _vector(2, share)))
    return found


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _extension(kind: int, content: bytes) -> bytes:
    return kind.to_bytes(2) + _vector(2, content)


def _vector(size: int, content: bytes) -> bytes:
    """Return *content* behind its length in *size* bytes (RFC 8446 §3.4)."""
    return len(content).to_bytes(size) + content
