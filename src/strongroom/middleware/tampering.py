"""Ways to break the edge of a twin, for the sabotages of its proofs."""

from collections.abc import Callable

from strongroom.lab import Twin

from . import edge
from .policy import data_policy, page_policy


def drop(twin: Twin, name: str) -> None:
    """Send no header called *name* any more."""
    kept = [header for header in twin.edge.headers if header[0] != name.encode()]
    twin.change(twin.edge, "headers", kept)


def say(twin: Twin, name: str, value: str) -> None:
    """Send *value* as the header *name*."""
    drop(twin, name)
    said = [*twin.edge.headers, (name.encode(), value.encode())]
    twin.change(twin.edge, "headers", said)


def reword_policies(twin: Twin, reword: Callable[[str], str]) -> None:
    """Change the words of every Content-Security-Policy."""

    def reworded_page(nonce: str | None) -> bytes:
        return reword(page_policy(nonce).decode()).encode()

    def reworded_data() -> bytes:
        return reword(data_policy().decode()).encode()

    twin.change(edge, "page_policy", reworded_page)
    twin.change(edge, "data_policy", reworded_data)
