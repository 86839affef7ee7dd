"""A witness of another house (C2SP tlog-witness), which remembers what it cosigned."""

import base64
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from strongroom.tlog import (
    Checkpoint,
    NoteInvalid,
    VerifierKey,
    WitnessKey,
    cosigned_text,
    verify_consistency,
)
from tests.egress.receivers import Certificates, serving


class AskedWitness:
    """What it knows, and its key."""

    def __init__(self, name: str) -> None:
        """Begin without any log."""
        self.private = Ed25519PrivateKey.generate()
        self.key = WitnessKey(name, self.private.public_key().public_bytes_raw())
        self.logs: dict[str, VerifierKey] = {}
        self.seen: dict[str, Checkpoint] = {}
        self.url = ""
        self.asked: list[int] = []
        self.away = False

    def answer(self, body: bytes) -> tuple[int, bytes]:
        """Answer add-checkpoint as the specification says."""
        if self.away:
            return 503, b""
        head, _, note = body.partition(b"\n\n")
        first, *proof = head.decode().split("\n")
        origin = note.decode().partition("\n")[0]
        if origin not in self.logs:
            return 404, b""
        try:
            point = Checkpoint.open(note, [self.logs[origin]])
        except NoteInvalid:
            return 403, b""
        return self._judged(point, int(first.removeprefix("old ")), proof)

    def _judged(
        self, point: Checkpoint, old: int, proof: list[str]
    ) -> tuple[int, bytes]:
        self.asked.append(old)
        known = self.seen.get(point.origin)
        size = known.size if known else 0
        if old != size:
            return 409, f"{size}\n".encode()
        try:
            if known and known != point:
                path = [base64.b64decode(each) for each in proof]
                verify_consistency(size, point.size, path, known.root, point.root)
        except ValueError:
            return 422, b""
        self.seen[point.origin] = point
        return 200, self._cosigned(point.text())

    def _cosigned(self, text: bytes) -> bytes:
        now = int(time.time())
        signature = self.private.sign(cosigned_text(now, text))
        raw = self.key.id + now.to_bytes(8, "big") + signature
        line = f"\N{EM DASH} {self.key.name} {base64.b64encode(raw).decode()}\n"
        return line.encode()


@contextmanager
def witness(made: Certificates, name: str) -> Iterator[AskedWitness]:
    """Run a witness on a free port."""
    asked = AskedWitness(name)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Answer, in the content type of the specification."""
            body = self.rfile.read(int(self.headers["content-length"]))
            known = self.path == "/add-checkpoint"
            status, said = asked.answer(body) if known else (404, b"")
            self.send_response(status)
            kind = "text/x.tlog.size" if status == 409 else "text/plain"
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = made.context.wrap_socket(server.socket, server_side=True)
    asked.url = f"https://localhost:{server.server_address[1]}"
    with serving(server):
        yield asked
