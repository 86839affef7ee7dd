"""Everything that the house says to others, in one place behind one gate."""

import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path

from . import mail, mongodb, postgres
from .databases import Login
from .gate import Gate
from .http import Answer, Asked, https
from .mail import MailServer
from .tls import verifying


class Outside:
    """Speaks HTTPS, SMTP, Postgres and MongoDB to hosts that the gate lets through."""

    def __init__(self, gate: Gate, authorities: Sequence[Path] = ()) -> None:
        """Ask *gate* each time; trust *authorities* besides the system's."""
        self.gate = gate
        own = gate.own.authority if gate.own else None
        self._authorities = [*authorities, *([own] if own else [])]

    @cached_property
    def _context(self) -> ssl.SSLContext:
        from_files = [path for path in self._authorities if path.exists()]
        return verifying(from_files)

    async def ask(self, asked: Asked) -> Answer:
        """Send one request over HTTPS; see ``Https.ask``."""
        async with https(self.gate, self._context) as client:
            return await client.ask(asked)

    async def mail(self, server: MailServer, message: EmailMessage | None) -> None:
        """Log in to a mail server and send *message*, if any; see ``mail.speak``."""
        await mail.speak(self.gate, self._context, server, message)

    async def sign_in_to_postgres(self, host: str, port: int, login: Login) -> None:
        """Sign in to a Postgres; see ``postgres.sign_in``."""
        await postgres.sign_in(self.gate, self._authorities, host, port, login)

    async def sign_in_to_mongodb(self, host: str, port: int, login: Login) -> None:
        """Sign in to a MongoDB; see ``mongodb.sign_in``."""
        await mongodb.sign_in(self.gate, self._context, host, port, login)
