"""How mail leaves the house."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class OutboxSettings:
    """Without a server, mail stays in the outbox and the operator reads it there."""

    sender: str = "strongroom@localhost"
    """The address in From."""

    smtp_host: str | None = None
    """The mail server; none keeps every mail in the outbox."""

    smtp_port: int = 587
    """Its port: 587 for STARTTLS, 465 for TLS from the first byte."""

    smtp_user: str | None = None
    """The name to log in with, if the server wants one."""

    smtp_password: str | None = None
    """The password for it; give it by environment, not in a file."""

    smtp_tls: Literal["starttls", "tls", "none"] = "starttls"
    """Verified TLS either way; ``none`` is for a server on this very machine."""

    def __post_init__(self) -> None:
        """Refuse plain text to another machine.

        Raises:
            ValueError: TLS is off and the host is not this machine.

        """
        local = self.smtp_host in {None, "localhost", "127.0.0.1", "::1"}
        if self.smtp_tls == "none" and not local:
            message = "smtp_tls = none is only for a mail server on this machine"
            raise ValueError(message)
