"""Syslog messages (RFC 5424), framed by their length, by TLS (RFC 5425) or TCP (6587).

Syslog has no answer, so a batch is a connection of its own: we end our half, and only
when the collector has ended its half in order did it read everything. A collector that
goes away in the middle gets the batch again.
"""

import asyncio
import json
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from .destination import Destination
from .errors import HostUnreachable
from .gate import Gate


Severity = Literal["notice", "warning"]

SECONDS = 10.0
LOG_AUDIT = 13  # RFC 5424 §6.2.1, facility "log audit".
SEVERITIES: dict[Severity, int] = {"notice": 5, "warning": 4}
LARGEST_SEQUENCE = 2_147_483_647  # RFC 5424 §7.3.1: then it begins at 1 again.
LONGEST_HOST, LONGEST_APP, LONGEST_ID = 255, 48, 32


@dataclass(frozen=True, slots=True)
class SyslogMessage:
    """One message; *number* counts from 0 and lets a collector see a gap."""

    host: str
    what: str
    """The kind of message, such as ``session.create``."""

    at: datetime
    number: int
    severity: Severity
    body: object
    """What is said, as JSON in ASCII: no character of it can forge another line."""

    def text(self) -> bytes:
        """Return the message (RFC 5424 §6)."""
        priority = LOG_AUDIT * 8 + SEVERITIES[self.severity]
        moment = self.at.isoformat(timespec="microseconds")
        host = _name(self.host, LONGEST_HOST)
        what = _name(self.what, LONGEST_ID)
        app = _name("strongroom", LONGEST_APP)
        number = self.number % LARGEST_SEQUENCE + 1
        said = json.dumps(self.body, separators=(",", ":"))
        head = (
            f'<{priority}>1 {moment} {host} {app} - {what} [meta sequenceId="{number}"]'
        )
        return f"{head} {said}".encode("ascii")

    def frame(self) -> bytes:
        """Return the message with its length before it (RFC 5425 §4.3)."""
        text = self.text()
        return b"%d %b" % (len(text), text)


def _name(text: str, longest: int) -> str:
    """Return *text* as a field of the head: printable ASCII without a space, or NIL."""
    kept = "".join(each for each in text if "!" <= each <= "~")[:longest]
    return kept or "-"


async def send_syslog(
    gate: Gate,
    destination: Destination,
    messages: Sequence[SyslogMessage],
    authority: str | None = None,
) -> None:
    """Send a batch, and return once the collector has read all of it.

    Raises:
        EgressRefused: the gate does not let it out.
        HostUnreachable: the collector has not read it; send the batch again.

    """
    host, in_clear = destination.host, not destination.is_encrypted
    address = await gate.admit(host, destination.port, in_clear=in_clear)
    tls = None if in_clear else ssl.create_default_context(cadata=authority)
    frames = b"".join(each.frame() for each in messages)
    try:
        await asyncio.to_thread(_hand_over, address, destination, tls, frames)
    except OSError as failed:
        message = f"{host} did not take it: {failed.strerror or failed}."
        raise HostUnreachable(message) from None


def _hand_over(
    address: str, destination: Destination, tls: ssl.SSLContext | None, frames: bytes
) -> None:
    with socket.create_connection((address, destination.port), SECONDS) as plain:
        if tls is None:
            plain.sendall(frames)
            plain.shutdown(socket.SHUT_WR)
            _await_end(plain)
            return
        with tls.wrap_socket(plain, server_hostname=destination.host) as sealed:
            sealed.sendall(frames)
            _end_in_order(sealed)


def _await_end(connection: socket.socket) -> None:
    """Read until the other side ends; one that resets has not read everything."""
    while connection.recv(4096):
        pass


def _end_in_order(sealed: ssl.SSLSocket) -> None:
    """Say that nothing more comes, and wait for the collector's own end.

    Many collectors answer our close_notify by closing the connection, which RFC 8446
    §6.1 allows; a reset is raised as ever.
    """
    try:
        sealed.unwrap()
    except (ssl.SSLEOFError, ssl.SSLZeroReturnError):
        return
    except ssl.SSLSyscallError as reason:
        if reason.errno:
            raise
