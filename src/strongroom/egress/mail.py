"""SMTP submission to an address that the gate has judged (RFC 6409)."""

import asyncio
import socket
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from ipaddress import ip_address
from typing import Literal

import aiosmtplib

from strongroom.kernel import Secret

from .errors import HostRefused, HostUnreachable
from .gate import Gate


TLS = Literal["starttls", "tls"]
"""Either way it is verified; there is no third."""

TIMEOUT_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server, and who speaks to it."""

    host: str
    port: int
    tls: TLS
    username: str
    password: Secret


async def speak(
    gate: Gate,
    context: ssl.SSLContext,
    server: MailServer,
    message: EmailMessage | None,
) -> None:
    """Log in, and send *message* if there is one.

    Raises:
        EgressRefused: the gate does not let it out.
        HostUnreachable: nobody answers over verified TLS.
        HostRefused: the server refuses the login or the message.

    """
    address = await gate.admit(server.host, server.port)
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            client = await _client(address, context, server)
            async with client:
                await client.login(server.username, server.password.reveal())
                if message is not None:
                    await client.send_message(message)
    except aiosmtplib.SMTPResponseException as refused:
        # The server's own words may repeat what it was sent: only its code is told.
        words = f"{server.host} answers {refused.code}."
        raise HostRefused(words) from None
    except (aiosmtplib.SMTPException, OSError) as failed:
        words = f"{server.host} did not answer: {type(failed).__name__}."
        raise HostUnreachable(words) from None


async def _client(
    address: str, context: ssl.SSLContext, server: MailServer
) -> aiosmtplib.SMTP:
    """Return a client on a socket of ours, so that it resolves no name itself."""
    return aiosmtplib.SMTP(
        hostname=server.host,
        port=None,
        sock=await _connect(address, server.port),
        use_tls=server.tls == "tls",
        start_tls=server.tls == "starttls",
        tls_context=context,
        timeout=TIMEOUT_SECONDS,
    )


async def _connect(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ip_address(address).version == 6 else socket.AF_INET  # noqa: PLR2004
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.setblocking(False)
    try:
        await asyncio.get_running_loop().sock_connect(opened, (address, port))
    except BaseException:
        opened.close()
        raise
    return opened
