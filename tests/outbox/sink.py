"""A mail server that keeps what it is given: real SMTP, with real TLS or without."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from strongroom.server.ports import free_ports


class Sink:
    """Collects messages, or turns them away while ``refusing``."""

    def __init__(self) -> None:
        """Start empty and friendly."""
        self.received: list[Message] = []
        self.encrypted: list[bool] = []
        self.refusing = False

    async def handle_DATA(  # noqa: N802 - the library's name for it.
        self,
        server: SMTP,  # noqa: ARG002 - the library passes it.
        session: Session,
        envelope: Envelope,
    ) -> str:
        """Keep one message."""
        if self.refusing:
            return "451 try again later"
        self.encrypted.append(session.ssl is not None)
        content = envelope.content
        raw = content if isinstance(content, bytes) else (content or "").encode()
        self.received.append(message_from_bytes(raw))
        return "250 kept"


@contextmanager
def mail_server(tls: ssl.SSLContext | None = None) -> Iterator[tuple[Sink, int]]:
    """Run a mail server on a free loopback port; with *tls* it insists on STARTTLS."""
    sink, (port,) = Sink(), free_ports(1)
    controller = Controller(
        sink,
        hostname="127.0.0.1",
        port=port,
        tls_context=tls,
        require_starttls=tls is not None,
    )
    controller.start()
    try:
        yield sink, port
    finally:
        controller.stop()
