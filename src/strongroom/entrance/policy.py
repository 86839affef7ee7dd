"""How long half a sign-in holds, and the cookies of whoever came in."""

from datetime import timedelta

from strongroom.accounts import AccountChanged, AccountFrozen
from strongroom.kernel import Cookie, Secret, host_cookie
from strongroom.limits import device_cookie
from strongroom.passkeys import (
    ChallengeSpent,
    CounterFell,
    WrongPasskey,
    clear_challenge_cookie,
)
from strongroom.sessions import Beginning, NewSession, Way, session_cookie
from strongroom.totp import CodeUsed, FactorLocked, Match, NoFactor, WrongCode

from .errors import NoOrganization, PasswordFirst
from .models import Arrival, WaitingSignIn


WAITING = "finish signing in"
WAITING_LIFETIME = timedelta(minutes=10)
WAITING_COOKIE = "__Host-second-factor"
"""Of a sign-in that waits for its code: no session, so not in a session's cookie."""


REFUSED = (
    AccountChanged,
    AccountFrozen,
    NoOrganization,
    PasswordFirst,
    WrongCode,
    CodeUsed,
    FactorLocked,
    NoFactor,
    WrongPasskey,
    ChallengeSpent,
    CounterFell,
)
"""What a sign-in ends with that its account's own organization should see."""


def arrival_of(session: NewSession, device: Secret) -> Arrival:
    """Return what a browser is given that is in; *device* marks one that was here."""
    cookie = session_cookie(session.token, session.expires_at)
    left_over = [clear_wait_cookie(), clear_challenge_cookie()]
    return Arrival(session, [cookie, device_cookie(device), *left_over])


def wait_cookie(waiting: WaitingSignIn) -> Cookie:
    """Return the parts of the cookie that lets a browser go on to its code."""
    seconds = int(waiting.lifetime.total_seconds())
    return _waiting(waiting.token.reveal(), seconds)


def clear_wait_cookie() -> Cookie:
    """Return the parts of the cookie that takes it away."""
    return _waiting("", 0)


def waiting_after(way: Way) -> str:
    """Return the purpose of a value that waits, so that it cannot claim another way."""
    return f"{WAITING} after {way}"


def ticket_of(way: Way, token: Secret) -> Secret:
    """Return what a browser holds while its sign-in waits."""
    return Secret(f"{way}.{token.reveal()}")


def waiting_of(ticket: Secret) -> tuple[str, Secret]:
    """Return the purpose under which *ticket* waits, and its token."""
    way, token = _read(ticket)
    return waiting_after(way), token


def began_by_code(ticket: Secret, match: Match) -> Beginning:
    """Return how a session begins whose waiting sign-in a code has finished."""
    way, _ = _read(ticket)
    return Beginning(way, "recovery-code" if match.counter is None else "app")


def began_by_passkey(ticket: Secret) -> Beginning:
    """Return how a session begins whose waiting sign-in a passkey has finished."""
    way, _ = _read(ticket)
    return Beginning(way, "passkey")


def _read(ticket: Secret) -> tuple[Way, Secret]:
    """Return the way that *ticket* says, true once its token is found, and that."""
    way, _, token = ticket.reveal().rpartition(".")
    return Way(way), Secret(token)


def _waiting(value: str, seconds: int) -> Cookie:
    # Lax, because whoever comes back from a provider is sent on to the question by a
    # chain of redirects that began there, on which a strict cookie would be left out.
    return host_cookie(WAITING_COOKIE, value, seconds, same_site="lax")
