"""A real Chromium, for claims about what happens in a browser.

Debian's package or the one that the operator names in STRONGROOM_CHROMIUM. Where
there is none, a proof that needs one is unprovable; nothing weaker takes its place.
"""

import base64
import hashlib
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from .errors import Unprovable


Page = Any
"""Playwright's, of which nothing is loaded before a browser is wanted."""

_QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


class Browser:
    """One Chromium that trusts one more certificate authority than usual."""

    def __init__(self, authority: Path | None) -> None:
        """Trust *authority*'s key besides the system's; nothing starts yet."""
        self._authority = authority
        self._running: Any = None
        self._chromium: Any = None

    @asynccontextmanager
    async def page(self, **options: Any) -> AsyncIterator[Page]:
        """Lend a page in a fresh profile: no cookies, no cache, no history.

        Raises:
            Unprovable: there is no browser here.

        """
        context = await (await self._started()).new_context(**options)
        try:
            yield await context.new_page()
        finally:
            await context.close()

    async def close(self) -> None:
        """End the browser, if it was started."""
        if self._chromium is not None:
            await self._chromium.close()
            await self._running.stop()
            self._chromium = None

    async def _started(self) -> Any:
        if self._chromium is None:
            executable = find_chromium()
            # lint: local-imports, because every process has this module, few a browser.
            driver = import_module("playwright.async_api")
            self._running = await driver.async_playwright().start()
            self._chromium = await self._running.chromium.launch(
                executable_path=executable, args=[*_QUIET, *self._arguments()]
            )
        return self._chromium

    def _arguments(self) -> list[str]:
        arguments = []
        if os.geteuid() == 0:  # Chromium's sandbox refuses to run as root.
            arguments.append("--no-sandbox")
        if self._authority is not None:
            pin = _public_key_pin(self._authority)
            arguments.append(f"--ignore-certificate-errors-spki-list={pin}")
        return arguments


def find_chromium() -> str:
    """Return the path of the Chromium to drive.

    Raises:
        Unprovable: none is installed, or Playwright is not.

    """
    named = os.environ.get("STRONGROOM_CHROMIUM")
    found = named or shutil.which("chromium") or shutil.which("chromium-browser")
    if not (find_spec("playwright") and found and Path(found).exists()):
        message = "no browser here"
        raise Unprovable(message)
    return found


def _public_key_pin(authority: Path) -> str:
    """Return the authority's key as Chromium's flag wants it."""
    certificate = x509.load_pem_x509_certificate(authority.read_bytes())
    key = certificate.public_key().public_bytes(
        Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    )
    return base64.b64encode(hashlib.sha256(key).digest()).decode()
