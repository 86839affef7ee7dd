"""Whether a target answers at all, and if not, why, in words that say what to do."""

import ssl
from collections.abc import Iterator

import httpx

from .lab import Lab


UNTRUSTED = "its certificate is of no authority trusted here; name one by --ca FILE"


async def find_silence(lab: Lab) -> str | None:
    """Return why nobody can connect to the target, or None where somebody can.

    What is wrong beyond that is for the proofs to say.
    """
    try:
        await lab.http.get("/")
    except (httpx.ConnectError, httpx.ConnectTimeout) as failed:
        why = UNTRUSTED if is_untrusted(failed) else failed
        return f"{lab.url} does not answer: {why}"
    except httpx.TransportError:
        return None
    return None


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
