"""Style sheets, scripts and pictures: read once, answered from memory.

No path from a request ever reaches the file system, so none can leave the folder.
"""

import hashlib
import mimetypes
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path as FilePath

from strongroom.middleware import App, Receive, Scope, Send

from .exact import Path


SECONDS_KEPT = 600
"""Browsers ask again after this long, and are told when nothing has changed."""

FONTS = {".woff2": "font/woff2"}


def asset_answers() -> dict[Path, App]:
    """Return an answer for each file below ``/static/``."""
    root = FilePath(str(files("strongroom.web") / "static"))
    return {
        (method, f"/static/{path.relative_to(root).as_posix()}"): asset
        for path, asset in _assets(root)
        for method in ("GET", "HEAD")
    }


class Asset:
    """One file, as an ASGI application."""

    def __init__(self, content: bytes, media_type: str) -> None:
        """Answer with *content*."""
        self.content = content
        self.tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'.encode()
        self.headers = [
            (b"content-type", media_type.encode()),
            (b"cache-control", f"public, max-age={SECONDS_KEPT}".encode()),
            (b"etag", self.tag),
        ]
        self.length = (b"content-length", str(len(content)).encode())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Answer with the file, or say that the visitor's copy is good (RFC 9110)."""
        known = any(
            name == b"if-none-match" and self.tag in value
            for name, value in scope["headers"]
        )
        status = 304 if known else 200
        headers = self.headers if known else [*self.headers, self.length]
        body = b"" if known or scope["method"] == "HEAD" else self.content
        await send(
            {"type": "http.response.start", "status": status, "headers": headers}
        )
        await send({"type": "http.response.body", "body": body})


def _assets(root: FilePath) -> Iterator[tuple[FilePath, Asset]]:
    for path in sorted(root.rglob("*")):
        if path.is_file():
            yield path, Asset(path.read_bytes(), media_type_of(path.name))


def media_type_of(name: str) -> str:
    """Return the type of a file by its *name*; with ``nosniff``, it is what counts."""
    guessed = FONTS.get(FilePath(name).suffix) or mimetypes.guess_type(name)[0]
    kind = guessed or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
