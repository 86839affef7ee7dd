"""What signing in to any database of others has in common."""

from dataclasses import dataclass

from strongroom.kernel import Secret

from .errors import HostUnreachable


TIMEOUT_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Login:
    """Who signs in, and to which database."""

    user: str
    password: Secret
    database: str


def unreachable(host: str, failed: Exception) -> HostUnreachable:
    """Return what is said of a host that did not answer, or not in its language."""
    return HostUnreachable(f"{host} did not answer: {type(failed).__name__}.")
