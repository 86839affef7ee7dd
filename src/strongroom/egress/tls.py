"""TLS towards others: verified, under the name that was asked for."""

import ssl
from collections.abc import Iterable
from pathlib import Path
from typing import Any


class NamedContext(ssl.SSLContext):
    """Verifies one name, for libraries that only know the address they connect to."""

    name: str

    def wrap_bio(self, *given: Any, **options: Any) -> ssl.SSLObject:
        """Wrap as ever, under our name."""
        return super().wrap_bio(*given, **{**options, "server_hostname": self.name})


def verifying(authorities: Iterable[Path]) -> ssl.SSLContext:
    """Return a context that trusts the system's authorities and these."""
    context = ssl.create_default_context()
    for path in authorities:
        context.load_verify_locations(cafile=str(path))
    return context


def verifying_name(name: str, authorities: Iterable[Path]) -> NamedContext:
    """Return a context that also accepts no certificate but one for *name*."""
    context = NamedContext(ssl.PROTOCOL_TLS_CLIENT)
    context.name = name
    context.load_default_certs()
    for path in authorities:
        context.load_verify_locations(cafile=str(path))
    return context
