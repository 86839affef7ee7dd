"""What can be visited: a server, and who signs in to it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .probe import Answer


OK, UNAUTHORIZED = 200, 401

HERE = Path(__file__).parent
PEERS = HERE / "peers"
"""The peers' own few lines, kept with the project."""

INSTALLED = HERE / ".peers"
"""The peers themselves, kept out of version control and out of our environment."""

GRANIAN = (
    *("--interface", "asgi", "--loop", "uvloop", "--workers", "1"),
    *("--http", "1", "--no-ws", "--host", "127.0.0.1", "--port", "{port}"),
    *("--log-level", "warning"),
)
"""How every Python server is run, ours and theirs."""


@dataclass(frozen=True, slots=True)
class Server:
    """How to start a server; ``{port}`` in its command becomes a free port.

    The same port is in its environment as PORT.
    """

    name: str
    command: tuple[str, ...]
    folder: Path
    env: Mapping[str, str] = field(default_factory=dict)


Reading = Callable[[Answer], bool]
"""Whether an answer says some one thing."""


def names(email: str) -> Reading:
    """Return what tells whether an answer is to the signed-in user of *email*."""
    return lambda answer: answer.status == OK and email.encode() in answer.body


def is_unauthorized(answer: Answer) -> bool:
    """Say whether an answer is that nobody is signed in."""
    return answer.status == UNAUTHORIZED


@dataclass(frozen=True, slots=True)
class SessionTarget:
    """A server that tells a signed-in user who they are."""

    server: Server
    path: str
    is_its_user: Reading
    """Whether an answer names who is signed in."""

    cookies: Callable[[str, int], Sequence[str]]
    """From the address and a number to Cookie header values, one per session."""

    revoke: str
    """SQL that ends every session."""

    headers: Mapping[str, str] = field(default_factory=dict)
    is_refusal: Reading = is_unauthorized
    expected: int = OK
    """The status of an answer to its user."""


@dataclass(frozen=True, slots=True)
class Post:
    """A request that signs somebody in, ready to be sent again and again."""

    path: str
    body: bytes
    headers: Mapping[str, str]
    expected: int
    """The status that says they are signed in."""


@dataclass(frozen=True, slots=True)
class SignInTarget:
    """A server that people sign in to, and that answers session checks meanwhile."""

    session: SessionTarget
    requests: Callable[[str, int], Sequence[Post]]
    """From the address and a number to requests, one per account."""
