"""A host of somebody else's: real TLS on the loopback address, and what it was sent."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from strongroom.server.data_folder import DataFolder
from strongroom.server.options import Options
from strongroom.server.tls import ensure_certificates, local_files, server_context


@dataclass
class Host:
    """Where it listens, who signed its certificate, and every head that it was sent."""

    port: int
    authority: Path
    heads: list[str] = field(default_factory=list)
    answer: bytes = b'{"access_token": "token of one hour"}'
    status: str = "200 OK"
    more: str = ""


def certified(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """Return what a server on this machine speaks TLS by, and who vouches for it."""
    data = DataFolder(folder)
    data.create()
    ensure_certificates(Options(data=str(folder)), data)
    return server_context(local_files(data), "1.2"), data.certificate_authority


@asynccontextmanager
async def listening(folder: Path) -> AsyncIterator[Host]:
    """Serve until the context ends, and repeat what was sent, as careless hosts do."""
    context, authority = certified(folder)
    host = Host(0, authority)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        host.heads.append(head)
        body = host.answer + b"\n" + head.encode()
        writer.write(
            f"HTTP/1.1 {host.status}\r\ncontent-length: {len(body)}\r\n"
            f"content-type: text/plain\r\n{host.more}connection: close\r\n\r\n".encode()
            + body
        )
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    host.port = server.sockets[0].getsockname()[1]
    async with server:
        yield host
