"""Handshakes by hand, against real servers of every version."""

import asyncio
import ssl
import warnings
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from strongroom.lab import VERSIONS, addresses_of, find_chosen_version, handshake
from strongroom.server.certificates import TLSFiles, ensure_local_certificate


LOOPBACK = "127.0.0.1"

RANGES = [
    ("TLSv1", "TLSv1_3", {"1.0", "1.1", "1.2", "1.3"}),
    ("TLSv1", "TLSv1_1", {"1.0", "1.1"}),
    ("TLSv1_1", "TLSv1_1", {"1.1"}),
    ("TLSv1_2", "TLSv1_2", {"1.2"}),
    ("TLSv1_2", "TLSv1_3", {"1.2", "1.3"}),
    ("TLSv1_3", "TLSv1_3", {"1.3"}),
]

Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], None]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> TLSFiles:
    """Return a certificate for this machine."""
    folder: Path = tmp_path_factory.mktemp("tls")
    return ensure_local_certificate(folder / "ca.pem", folder, ["localhost"])


def context_of(files: TLSFiles, oldest: str, newest: str) -> ssl.SSLContext:
    """Return how a server speaks these versions, which Python warns of."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.certificate, files.key)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion[oldest]
        context.maximum_version = ssl.TLSVersion[newest]
    return context


@asynccontextmanager
async def listening(
    answer: Answer, tls: ssl.SSLContext | None = None
) -> AsyncIterator[int]:
    """Lend the port of a server."""
    server = await asyncio.start_server(answer, LOOPBACK, 0, ssl=tls)
    async with server:
        yield server.sockets[0].getsockname()[1]


def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Close what was opened."""
    writer.close()


@pytest.mark.parametrize(("oldest", "newest", "expected"), RANGES)
async def test_each_version_is_told_apart(
    certificate: TLSFiles, oldest: str, newest: str, expected: set[str]
) -> None:
    """What a server speaks is found, and what it does not speak is not."""
    tls = context_of(certificate, oldest, newest)
    async with listening(hang_up, tls) as port:
        chosen = {
            version: await find_chosen_version(LOOPBACK, port, "localhost", version)
            for version in VERSIONS
        }
    assert {version for version, got in chosen.items() if got == version} == expected


async def test_an_address_needs_no_name(certificate: TLSFiles) -> None:
    """A target may be named by its address, which is never sent as a name."""
    tls = context_of(certificate, "TLSv1_2", "TLSv1_3")
    async with listening(hang_up, tls) as port:
        assert await find_chosen_version(LOOPBACK, port, LOOPBACK, "1.3") == "1.3"


@pytest.mark.parametrize(
    "words",
    [
        b"",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"\x15\x03\x03\x00\x02\x02\x46",  # The alert protocol_version.
        b"\x16\x03\x03\x00\x00",
        b"\x16\x03\x03\x00\x04\x02\x00\x00\x00",
        b"\x16\x03\x03\xff\xff",
        b"\x16\x03\x03\x00\x2a\x02\x00\x00\x26\x09\x09" + b"\0" * 36,
    ],
)
async def test_what_is_no_choice_is_a_refusal(words: bytes) -> None:
    """An alert, another protocol, half a message, a version that does not exist."""

    def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(words)
        writer.close()

    async with listening(answer) as port:
        assert await find_chosen_version(LOOPBACK, port, "localhost", "1.3") == ""


async def test_silence_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever hears an offer and says nothing has not accepted it."""
    monkeypatch.setattr(handshake, "PATIENCE_SECONDS", 0.2)

    waiting: list[asyncio.StreamWriter] = []

    def say_nothing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        waiting.append(writer)

    async with listening(say_nothing) as port:
        assert await find_chosen_version(LOOPBACK, port, "localhost", "1.3") == ""
        waiting[0].close()


async def test_nobody_there_is_not_a_refusal() -> None:
    """A target that does not listen has refused nothing."""
    async with listening(hang_up) as port:
        pass
    with pytest.raises(OSError, match=r"refused|failed"):
        await find_chosen_version(LOOPBACK, port, "localhost", "1.3")


async def test_every_address_of_a_host_is_found_once() -> None:
    """Each may be another machine, set up in another way."""
    assert await addresses_of(LOOPBACK, 443) == [LOOPBACK]
