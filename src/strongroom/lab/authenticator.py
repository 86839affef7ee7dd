"""A canary's authenticator app, and how a canary begins with one.

It computes codes by itself, from RFC 4226 and RFC 6238, and not by the house's code:
two who agree on codes have both read the standard.
"""

import asyncio
import base64
import hashlib
import hmac
import time
from collections.abc import Iterable

import httpx

from .errors import require_provable


STEP_SECONDS = 30
NEARLY_OVER_SECONDS = 1.0
LATE_SECONDS = 10.0
"""So near to its end, a step's last code may be too old by when a slow server looks."""


class Authenticator:
    """An app that holds one seed, and offers no code twice."""

    def __init__(self, secret: str) -> None:
        """Hold a seed, typed in base32."""
        self.secret = secret
        self._key = base64.b32decode(secret)
        self._offered = 0

    def code_at(self, counter: int) -> str:
        """Return the code of one step (RFC 4226 §5.3)."""
        digest = hmac.digest(self._key, counter.to_bytes(8, "big"), hashlib.sha1)
        offset = digest[-1] & 0xF
        number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFF_FFFF
        return f"{number % 10**6:06}"

    async def next_code(self) -> str:
        """Return a code that is good now and was not offered yet.

        Three are good at any moment: that of this step, the last and the next one.
        The last one is offered while it will be good for some time.

        Raises:
            Unprovable: all of them were offered.

        """
        if _left() < NEARLY_OVER_SECONDS:
            await asyncio.sleep(_left())
        counter = max(self._offered + 1, _present() - (_left() > LATE_SECONDS))
        if counter > _present() + 1 and _left() <= LATE_SECONDS:
            await asyncio.sleep(_left())
        require_provable(counter <= _present() + 1, "the app has no fresh code left")
        self._offered = counter
        return self.code_at(counter)

    def wrong_code(self) -> str:
        """Return a code that is not good, neither now nor in the next minutes."""
        return self._first_wrong(f"{number:06}" for number in range(20))

    def stale_code(self) -> str:
        """Return a code that was good ten minutes ago or earlier."""
        past = _present() - 20
        return self._first_wrong(self.code_at(past - each) for each in range(20))

    def _first_wrong(self, codes: Iterable[str]) -> str:
        good = {self.code_at(_present() + near) for near in range(-2, 12)}
        return next(code for code in codes if code not in good)


def _present() -> int:
    return int(time.time() // STEP_SECONDS)


def _left() -> float:
    return STEP_SECONDS - time.time() % STEP_SECONDS


async def begin_with_app(http: httpx.AsyncClient, password: str) -> Authenticator:
    """Return an app that holds the seed of whoever *http* is signed in as.

    Raises:
        Unprovable: nobody can enrol.

    """
    answer = await http.post("/api/v1/totp", json={"password": password})
    require_provable(answer.is_success, f"enrolling answers {answer.status_code}")
    return Authenticator(answer.json()["secret"])


async def turn_on_app(http: httpx.AsyncClient, app: Authenticator) -> list[str]:
    """Turn the app on by its first code; return the recovery codes.

    Raises:
        Unprovable: it cannot be turned on.

    """
    form = {"code": await app.next_code()}
    answer = await http.post("/api/v1/totp/enable", json=form)
    require_provable(answer.is_success, f"the first code answers {answer.status_code}")
    codes: list[str] = answer.json()["recovery_codes"]
    return codes
