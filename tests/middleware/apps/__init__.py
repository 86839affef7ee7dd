"""The same small app four times: how each framework meets the guard.

Each answers ``/whose``, ``/mine``, ``/length``, ``/slowly``, ``/broken``, ``/torn`` and
``/opened``, and knows nothing of cookies, headers or sessions.
"""

from collections.abc import AsyncIterator


CANARY = "canary-5b1f09"

PIECES = (b"one ", b"two ", b"three")


async def pieces() -> AsyncIterator[bytes]:
    """Yield an answer bit by bit."""
    for piece in PIECES:
        yield piece


async def torn() -> AsyncIterator[bytes]:
    """Yield the beginning of an answer, and break.

    Raises:
        RuntimeError: always, in the middle.

    """
    yield PIECES[0]
    raise RuntimeError(CANARY)
