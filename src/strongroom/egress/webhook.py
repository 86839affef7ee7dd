"""Signed HTTPS requests in the form of Standard Webhooks 1.0.

A receiver verifies id, time and body by one HMAC, and drops what it has seen by id.
Of an answer nothing but its status counts.
"""

import base64
import os
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from standardwebhooks.webhooks import Webhook

from strongroom.kernel import Secret

from .destination import Destination
from .errors import DeliveryFailed
from .guard import EgressGuard
from .poster import Poster, PosterAnswer


SECRET_BYTES = 32  # Standard Webhooks asks for 24 to 64.
LONGEST_PAUSE = 3600

GONE, TOO_MANY, AWAY = 410, 429, 503


class Gone(DeliveryFailed):
    """The receiver says that nothing will ever be taken there again (410)."""


def new_signing_secret() -> Secret:
    """Return a new secret, as receivers take it: ``whsec_`` and base64."""
    return Secret("whsec_" + base64.b64encode(os.urandom(SECRET_BYTES)).decode())


@dataclass(frozen=True, slots=True)
class WebhookMessage:
    """One message. Its *id* stays the same however often it is sent."""

    id: str
    body: str


class WebhookSender:
    """Sends messages to one receiver, over one pinned connection.

    A sender is for one batch: the next one looks the name up again.
    """

    def __init__(
        self,
        guard: EgressGuard,
        destination: Destination,
        secrets: Sequence[Secret],
        authority: str | None = None,
    ) -> None:
        """Sign with every one of *secrets*; trust *authority* (PEM) if given."""
        self._guard, self._destination = guard, destination
        self._signers = [Webhook(each.reveal()) for each in secrets]
        self._tls = ssl.create_default_context(cadata=authority)

    async def __aenter__(self) -> Self:
        """Look the name up, once.

        Raises:
            EgressRefused: it means an address inside.
            HostUnknown: it does not resolve.

        """
        place = self._destination
        address = await self._guard.pin(place.host, place.port)
        shown = f"[{address}]" if ":" in address else address
        self._url = f"https://{shown}:{place.port}{place.path or '/'}"
        self._poster = Poster(self._tls)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        raised: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connection."""
        await self._poster.__aexit__(kind, raised, trace)

    async def send(self, message: WebhookMessage) -> None:
        """Send one message, and return once the receiver took it.

        Raises:
            DeliveryFailed: it did not.

        """
        require_taken(
            await self._poster.post(
                self._url,
                message.body.encode(),
                self._headers(message),
                self._destination.host,
            )
        )

    def _headers(self, message: WebhookMessage) -> dict[str, str]:
        now = datetime.now(UTC)
        lines = [each.sign(message.id, now, message.body) for each in self._signers]
        return {
            "host": self._destination.authority,
            "content-type": "application/json",
            "user-agent": "strongroom",
            "webhook-id": message.id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(lines),
        }


def require_taken(answer: PosterAnswer) -> None:
    """Accept an answer of success.

    Raises:
        Gone: it will never be taken.
        DeliveryFailed: it was not taken now.

    """
    if answer.is_success:
        return
    told = f"the receiver answers {answer.status}"
    if answer.status == GONE:
        raise Gone(told)
    asked = answer.headers.get("retry-after", "")
    waits = answer.status in {TOO_MANY, AWAY} and asked.isdecimal()
    raise DeliveryFailed(told, min(int(asked), LONGEST_PAUSE) if waits else None)
