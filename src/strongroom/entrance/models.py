"""What comes of a proved first factor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from strongroom.kernel import Cookie, Secret
from strongroom.sessions import NewSession


CONSOLE, CODE_PAGE = "/console", "/sign-in/second-factor"


@dataclass(frozen=True, slots=True)
class WaitingSignIn:
    """A sign-in whose password was right and whose second factor is still asked.

    It is no session: its token opens nothing but the question for a code.
    """

    token: Secret
    lifetime: timedelta


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a browser is given that came in, whichever way it took."""

    session: NewSession | None
    """None where the second factor is asked next, and nobody is signed in yet."""

    cookies: Sequence[Cookie]
    """The parts of each."""

    def page(self, wanted: str | None) -> str:
        """Return where a person goes on to, who *wanted* a page of ours at first."""
        if self.session is not None:
            return wanted or CONSOLE
        return with_next(CODE_PAGE, wanted)


def with_next(address: str, path: str | None) -> str:
    """Return *address*, from which a person goes on to *path*, if there is one."""
    return f"{address}?{urlencode({'next': path})}" if path else address
