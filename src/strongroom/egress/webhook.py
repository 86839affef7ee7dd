"""Signed HTTPS requests in the form of Standard Webhooks 1.0.

A receiver verifies id, time and body by one HMAC, and drops what it has seen by id.
Of an answer nothing but its status counts.
"""

import base64
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from standardwebhooks.webhooks import Webhook

from strongroom.kernel import Secret

from .destination import Destination
from .errors import Gone, HostRefused
from .http import Answer, Asked, Https


SECRET_BYTES = 32  # Standard Webhooks asks for 24 to 64.
LONGEST_PAUSE = 3600
LONGEST_ANSWER = 65_536

GONE, TOO_MANY, AWAY = 410, 429, 503


def new_signing_secret() -> Secret:
    """Return a new secret, as receivers take it: ``whsec_`` and base64."""
    return Secret("whsec_" + base64.b64encode(os.urandom(SECRET_BYTES)).decode())


@dataclass(frozen=True, slots=True)
class WebhookMessage:
    """One message. Its *id* stays the same however often it is sent."""

    id: str
    body: str


class WebhookSender:
    """Sends messages to one receiver."""

    def __init__(
        self, client: Https, destination: Destination, secrets: Sequence[Secret]
    ) -> None:
        """Send by *client*, and sign with every one of *secrets*."""
        self._client, self._destination = client, destination
        self._signers = [Webhook(each.reveal()) for each in secrets]

    async def send(self, message: WebhookMessage) -> None:
        """Send one message, and return once the receiver took it.

        Raises:
            EgressRefused: the gate does not let it out.
            HostUnreachable: nobody answers over verified TLS.
            HostRefused: the receiver did not take it.

        """
        place, body = self._destination, message.body.encode()
        url = f"{place.origin}{place.path or '/'}"
        asked = Asked("POST", url, self._headers(message), body, LONGEST_ANSWER)
        require_taken(place.host, await self._client.ask(asked))

    def _headers(self, message: WebhookMessage) -> dict[str, str]:
        now = datetime.now(UTC)
        lines = [each.sign(message.id, now, message.body) for each in self._signers]
        return {
            "content-type": "application/json",
            "user-agent": "strongroom",
            "webhook-id": message.id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(lines),
        }


def require_taken(host: str, answer: Answer) -> None:
    """Accept an answer of success.

    Raises:
        Gone: it will never be taken.
        HostRefused: it was not taken now.

    """
    if answer.is_success:
        return
    told = f"{host} answers {answer.status}."
    if answer.status == GONE:
        raise Gone(told)
    asked = answer.headers.get("retry-after", "")
    waits = answer.status in {TOO_MANY, AWAY} and asked.isdecimal()
    pause = min(int(asked), LONGEST_PAUSE) if waits else None
    raise HostRefused(told, retry_after=pause)
