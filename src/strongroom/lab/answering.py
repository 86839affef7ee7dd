"""Whether a target answers at all, and if not, why, in words that say what to do."""

import ssl
from collections.abc import Iterator

import httpx

from .errors import Unprovable
from .lab import Lab


UNTRUSTED = "its certificate is of no authority trusted here; name one by --ca FILE"


async def require_answer(lab: Lab) -> None:
    """Let only those go on who reach the target.

    Raises:
        Unprovable: nobody can connect to it.

    """
    try:
        await lab.http.get("/")
    except (httpx.ConnectError, httpx.ConnectTimeout) as failed:
        why = UNTRUSTED if is_untrusted(failed) else failed
        message = f"{lab.url} does not answer: {why}"
        raise Unprovable(message) from failed
    except httpx.TransportError:
        return  # It can be reached. What is wrong beyond that is for the proofs to say.


def why_silent(failed: Exception) -> str:
    """Return why nothing came back."""
    return UNTRUSTED if is_untrusted(failed) else type(failed).__name__


def is_untrusted(failed: BaseException) -> bool:
    """Say whether a failure is that of a certificate which nobody here vouches for."""
    return any(
        isinstance(each, ssl.SSLCertVerificationError) for each in _causes(failed)
    )


def _causes(failed: BaseException | None) -> Iterator[BaseException]:
    while failed is not None:
        yield failed
        failed = failed.__cause__ or failed.__context__
