"""A server with the strongest claims, and somebody else's small site."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from strongroom.server.certificates import ensure_local_certificate
from tests.running import RunningServer, run_server


@dataclass(frozen=True, slots=True)
class Site:
    """Where a site answers, and the authority that its certificate is from."""

    url: str
    authority: Path


class Homepage(BaseHTTPRequestHandler):
    """One page without a single header of security."""

    def do_GET(self) -> None:
        """Answer every path alike."""
        body = b"<!doctype html><title>Hello</title><p>Hello."
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_HEAD(self) -> None:
        """Answer alike."""
        self.do_GET()

    def do_OPTIONS(self) -> None:
        """Answer alike."""
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture(scope="session")
def foreign_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Lend a small HTTPS site that knows nothing of us."""
    folder = tmp_path_factory.mktemp("foreign")
    authority = folder / "ca.pem"
    files = ensure_local_certificate(authority, folder, ("localhost",))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.certificate, files.key)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Homepage)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Site(f"https://localhost:{server.server_port}", authority)
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def proving_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """Lend a server of our own that makes every claim."""
    with run_server(tmp_path_factory.mktemp("proving") / "data") as running:
        running.run("backup", "key")
        yield running
