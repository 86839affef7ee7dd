"""Which paths are the house's own, and which are the product's.

The list is short and fixed: what stands in it, and everything below, is answered by
the house. Every other path is the product's, ``/`` included.
"""

from strongroom.middleware import App, Receive, Scope, Send


RESERVED = (
    "/.well-known/jwks.json",
    "/.well-known/security.txt",
    "/.well-known/strongroom",
    "/api/openapi.json",
    "/api/v1",
    "/check-mail",
    "/confirm-address",
    "/console",
    "/csp-reports",
    "/forgot-password",
    "/healthz",
    "/invitation",
    "/not-me",
    "/impersonation",
    "/problems",
    "/readyz",
    "/reset-password",
    "/security",
    "/sign-in",
    "/sign-out",
    "/sign-up",
    "/static",
    "/undo-address",
    "/verify",
)

_EXACT = frozenset(RESERVED)
_BELOW = tuple(f"{path}/" for path in RESERVED)


def is_reserved(path: str) -> bool:
    """Say whether *path* is answered by the house, whatever the product defines."""
    return path in _EXACT or path.startswith(_BELOW)


class Divided:
    """Shares one address out between two ASGI applications."""

    def __init__(self, house: App, product: App) -> None:
        """Ask *house* for reserved paths and *product* for every other."""
        self.house, self.product = house, product

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on to the one whose path it is."""
        app = self.house if is_reserved(scope["path"]) else self.product
        await app(scope, receive, send)
