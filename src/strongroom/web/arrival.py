"""What whoever comes in is told, whichever way they took: a session, or a question."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from litestar import Response
from litestar.response import Redirect
from litestar.status_codes import HTTP_201_CREATED, HTTP_202_ACCEPTED

from strongroom.kernel import Cookie

from .body import Answered
from .forms import see_other, with_cookies


class Opened(Protocol):
    """A session that was just opened."""

    @property
    def id(self) -> UUID:
        """Return its identity."""

    @property
    def expires_at(self) -> datetime:
        """Return when it ends."""


class Arrival(Protocol):
    """What came of a proved first factor."""

    @property
    def session(self) -> Opened | None:
        """Return the session, or None where a second factor is asked first."""

    @property
    def cookies(self) -> Sequence[Cookie]:
        """Return the parts of each cookie that the browser is given."""

    def page(self, wanted: str | None) -> str:
        """Return where a person goes on to, who *wanted* a page at first."""


class SessionOpened(Answered, frozen=True):
    """A session's identity; its token is in the cookie alone."""

    id: str
    expires_at: datetime


class FactorAsked(Answered, frozen=True):
    """The first factor was right; a second one opens the session. Nobody is in yet."""

    next: str = "second-factor"


Arrived = Response[SessionOpened] | Response[FactorAsked]


def answer_arrival(arrival: Arrival) -> Arrived:
    """Tell a program whether it is in. 202 says that a second factor is asked next."""
    session = arrival.session
    if session is None:
        asked = Response(FactorAsked(), status_code=HTTP_202_ACCEPTED)
        return with_cookies(asked, arrival.cookies)
    told = SessionOpened(str(session.id), session.expires_at)
    return with_cookies(Response(told, status_code=HTTP_201_CREATED), arrival.cookies)


def go_on(arrival: Arrival, wanted: str | None = None) -> Redirect:
    """Send a person on to the page they *wanted*, or to the question first."""
    return with_cookies(see_other(arrival.page(wanted)), arrival.cookies)
