"""Receivers of another house: a webhook's and a syslog collector's, with real TLS.

They speak their protocols honestly: signatures are verified by the standard's own
library, and frames are read by their length.
"""

import json
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import (
    BaseHTTPRequestHandler,
    SimpleHTTPRequestHandler,
    ThreadingHTTPServer,
)
from pathlib import Path
from typing import Any

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from strongroom.server.certificates import ensure_local_certificate


@dataclass
class Certificates:
    """An authority of the receivers' own, and what it vouches for."""

    authority: str
    context: ssl.SSLContext


def certificates(folder: Path) -> Certificates:
    """Make an authority and a certificate for this machine's names."""
    authority, tls = folder / "ca.pem", folder / "tls"
    tls.mkdir()
    ensure_local_certificate(authority, tls, ("localhost", "127.0.0.1"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tls / "server.pem", tls / "server.key")
    return Certificates(authority.read_text(), context)


@dataclass
class Inbox:
    """What a receiver took, and how it answers."""

    port: int = 0
    secret: str | None = None
    answer: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    taken: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """Id and body of each message whose signature held."""

    asked: list[str] = field(default_factory=list)
    """The Host of each request, taken or not."""

    forged: int = 0
    frames: list[bytes] = field(default_factory=list)
    limit: int | None = None
    """After so many messages it refuses; None takes everything."""


@contextmanager
def webhook_receiver(made: Certificates) -> Iterator[Inbox]:
    """Run a receiver of Standard Webhooks on a free port."""
    inbox = Inbox()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            """Verify, keep, answer."""
            body = self.rfile.read(int(self.headers["content-length"]))
            inbox.asked.append(self.headers["host"])
            full = inbox.limit is not None and len(inbox.taken) >= inbox.limit
            status = 503 if full else inbox.answer
            if status < 300:
                status = _keep(inbox, body, dict(self.headers))
            self.send_response(status)
            for name, value in inbox.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.socket = made.context.wrap_socket(server.socket, server_side=True)
    inbox.port = server.server_address[1]
    with serving(server):
        yield inbox


def _keep(inbox: Inbox, body: bytes, headers: dict[str, str]) -> int:
    try:
        told = Webhook(inbox.secret or "").verify(body, headers)
    except WebhookVerificationError:
        inbox.forged += 1
        return 401
    lowered = {name.lower(): value for name, value in headers.items()}
    inbox.taken.append((lowered["webhook-id"], told))
    return inbox.answer


@contextmanager
def collector(made: Certificates | None = None) -> Iterator[Inbox]:
    """Run a syslog collector on a free port: with TLS if there are certificates."""
    inbox = Inbox()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            """Read frames until the sender ends."""
            while length := _length(self.rfile):
                inbox.frames.append(self.rfile.read(length))

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A sender that does not trust us is no fault of ours."""

    server = Server(("127.0.0.1", 0), Handler)
    if made is not None:
        server.socket = made.context.wrap_socket(server.socket, server_side=True)
    inbox.port = server.server_address[1]
    with serving(server):
        yield inbox


def _length(stream: Any) -> int:
    digits = b""
    while (each := stream.read(1)) not in {b"", b" "}:
        digits += each
    return int(digits or b"0")


@contextmanager
def serving(server: socketserver.BaseServer) -> Iterator[None]:
    """Serve in a thread for as long as the context is open."""
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def message_of(frame: bytes) -> tuple[str, dict[str, Any]]:
    """Return a frame's head (RFC 5424) and what it says."""
    head, _, said = frame.decode("ascii").partition("] ")
    return head + "]", json.loads(said)


@contextmanager
def serving_files(made: Certificates, folder: Path) -> Iterator[str]:
    """Serve a folder's files by HTTPS, as any file server would, and lend its URL."""

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    handler = partial(Handler, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.socket = made.context.wrap_socket(server.socket, server_side=True)
    with serving(server):
        yield f"https://localhost:{server.server_address[1]}"
