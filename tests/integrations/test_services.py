"""Real services behind the gate: a mail server with TLS and sign-in, and a Postgres."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from strongroom.connectors import KINDS, ArgumentInvalid, Connectors
from strongroom.db.embedded import EmbeddedPostgres
from strongroom.egress import Gate, HostRefused, Outside, only_listed
from strongroom.kernel import Secret
from strongroom.server.data_folder import DataFolder
from strongroom.server.options import Options
from strongroom.server.ports import free_ports
from strongroom.server.tls import ensure_certificates, local_files, server_context
from tests.conftest import PASSWORDS
from tests.egress.names import LOCAL
from tests.outbox.sink import Sink


USER, PASSWORD = "ada", "quiet-lantern-by-the-sea"
LISTED = only_listed(LOCAL)


@contextmanager
def mail_server(data: DataFolder) -> Iterator[tuple[Sink, int]]:
    """Run a mail server that insists on STARTTLS and on the right password."""
    sink, (port,) = Sink(), free_ports(1)

    def authenticate(*given: object) -> AuthResult:
        sent = given[-1]
        right = LoginPassword(USER.encode(), PASSWORD.encode())
        return AuthResult(success=sent == right, handled=False)

    controller = Controller(
        sink,
        hostname="127.0.0.1",
        port=port,
        tls_context=server_context(local_files(data), "1.2"),
        require_starttls=True,
        authenticator=authenticate,
        auth_required=True,
    )
    controller.start()
    try:
        yield sink, port
    finally:
        controller.stop()


async def ipv4(*_: object) -> list[str]:
    """Resolve every name to where the mail server listens."""
    return ["127.0.0.1"]


async def test_mail_is_sent_by_whoever_knows_the_password(tmp_path: Path) -> None:
    """Signed in over TLS, the mail arrives; a wrong password is told by its code."""
    data = DataFolder(tmp_path / "data")
    data.create()
    ensure_certificates(Options(data=str(data.path)), data)
    outside = Outside(Gate(LISTED, resolve=ipv4), [data.certificate_authority])
    connectors, kind = Connectors(outside), KINDS["smtp"]
    mail = {"to": "bo@example.org", "subject": "Hello", "text": "It works."}
    with mail_server(data) as (sink, port):
        fields = {
            "host": "localhost",
            "port": str(port),
            "tls": "starttls",
            "username": USER,
            "sender": "ada@example.org",
        }
        secret = Secret(PASSWORD)
        assert (await connectors.test(kind, fields, secret)).works
        assert sink.received == []
        send = connectors.prepared(kind, fields, secret, "smtp.send", mail)
        assert (await send()).status == 250
        assert sink.received[0]["subject"] == "Hello"
        assert sink.encrypted == [True]
        wrong = await connectors.test(kind, fields, Secret("another password"))
        assert (wrong.works, wrong.said) == (False, "localhost answers 535.")
        work = connectors.prepared(kind, fields, Secret("wrong one"), "smtp.send", mail)
        with pytest.raises(HostRefused):
            await work()
        two_lines = {**mail, "subject": "Hello\r\nBcc: eve@example.org"}
        with pytest.raises(ArgumentInvalid):
            connectors.prepared(kind, fields, secret, "smtp.send", two_lines)


@asynccontextmanager
async def over_tcp(path: str) -> AsyncIterator[int]:
    """Lend a port that leads to the socket at *path*."""

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while part := await reader.read(65_536):
            writer.write(part)
        writer.close()

    async def join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner = await asyncio.open_unix_connection(path)
        await asyncio.gather(pipe(reader, inner[1]), pipe(inner[0], writer))

    async with await asyncio.start_server(join, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


def socket_of(postgres: EmbeddedPostgres) -> str:
    """Return the path of the socket at which the run's Postgres listens."""
    folder = postgres.socket_folder
    return next(str(each) for each in folder.glob(".s.*") if each.is_socket())


async def test_a_postgres_is_signed_in_to(
    postgres: EmbeddedPostgres, database: str
) -> None:
    """The right password works, and a wrong one is told without it."""
    connectors = Connectors(Outside(Gate(LISTED, resolve=ipv4)))
    async with over_tcp(socket_of(postgres)) as port:
        for password, works in ((PASSWORDS.app, True), ("quiet-lantern", False)):
            at = f"localhost:{port}/{database}"
            secret = Secret(f"postgresql://strongroom_app:{password}@{at}")
            tested = await connectors.test(KINDS["postgres"], {}, secret)
            assert tested.works == works, tested.said
            assert "quiet-lantern" not in tested.said
