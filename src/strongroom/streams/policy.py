"""What a stream may be called, when it tries again, and what it sends."""

import json
import ssl
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from strongroom.egress import SyslogMessage, WebhookMessage

from .errors import StreamInvalid
from .models import Form


LONGEST_NAME = 60
LONGEST_AUTHORITY = 16_384
LONGEST_DELAY = timedelta(minutes=5)
"""A receiver that comes back after an hour hears from us within five minutes."""

FORMER_SECRET = timedelta(days=1)
"""For so long a replaced secret signs beside the new one."""


def require_name(text: str) -> str:
    """Return *text* as a name: 1 to 60 visible characters.

    Raises:
        StreamInvalid: it cannot be one.

    """
    name = text.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        message = f"Use 1 to {LONGEST_NAME} visible characters."
        raise StreamInvalid(message, fields={"name": message})
    return name


def require_authority(text: str) -> str | None:
    """Return *text* as certificates in PEM, or None where it is empty.

    Raises:
        StreamInvalid: TLS cannot read it.

    """
    pem = text.strip()
    if not pem:
        return None
    message = "Paste a certificate: -----BEGIN CERTIFICATE-----…"
    try:
        if len(pem) > LONGEST_AUTHORITY:
            raise StreamInvalid(message, fields={"authority": message})
        ssl.create_default_context(cadata=pem)
    except (ssl.SSLError, ValueError):
        raise StreamInvalid(message, fields={"authority": message}) from None
    return pem


def delay_after(attempts: int, asked: int | None = None) -> timedelta:
    """Return how long to wait after so many failures: 2 s, doubling, to 5 minutes.

    A receiver that asks for a longer pause gets it.
    """
    own = min(timedelta(seconds=2 ** min(attempts, 12)), LONGEST_DELAY)
    return max(own, timedelta(seconds=asked or 0))


def said(told: Mapping[str, Any], event: Mapping[str, Any], form: Form) -> Any:
    """Return what is sent of a leaf: the line itself, or the OCSF *event* of it."""
    return event if form == "ocsf" else told


def webhook_message(told: Mapping[str, Any], data: Any) -> WebhookMessage:
    """Return one leaf as a webhook's message; its id is the leaf's own hash."""
    body = {"type": "audit.entry", "timestamp": told["at"], "data": data}
    return WebhookMessage(f"msg_{told['leaf']}", json.dumps(body))


def syslog_message(host: str, told: Mapping[str, Any], data: Any) -> SyslogMessage:
    """Return one leaf as a syslog message; its number is the leaf's."""
    entry = told["entry"] or {"action": "dropped", "outcome": "done"}
    return SyslogMessage(
        host=host,
        what=entry["action"],
        at=datetime.fromisoformat(told["at"]),
        number=told["index"],
        severity="warning" if entry["outcome"] == "refused" else "notice",
        body=data,
    )
