"""How long half a sign-in holds, and the cookies of whoever came in."""

from datetime import timedelta

from strongroom.kernel import Cookie, Secret, host_cookie
from strongroom.limits import device_cookie
from strongroom.passkeys import clear_challenge_cookie
from strongroom.sessions import NewSession, session_cookie

from .models import Arrival, WaitingSignIn


WAITING = "finish signing in"
WAITING_LIFETIME = timedelta(minutes=10)
WAITING_COOKIE = "__Host-second-factor"
"""Of a sign-in that waits for its code: no session, so not in a session's cookie."""


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


def _waiting(value: str, seconds: int) -> Cookie:
    # Lax, because whoever comes back from a provider is sent on to the question by a
    # chain of redirects that began there, on which a strict cookie would be left out.
    return host_cookie(WAITING_COOKIE, value, seconds, same_site="lax")
