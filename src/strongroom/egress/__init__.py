"""The way out: the few hosts that the house may be sent to, and how it goes there.

Guards against a person who points the house at a host of their own, or at what only
the house can reach: each connection is decided at one gate, on the very address that
is then connected to. It knows no domain and no secret by name.
"""

from .addresses import is_public
from .databases import Login
from .destination import Destination, TargetInvalid
from .errors import (
    DeliveryFailed,
    EgressRefused,
    HostRefused,
    HostUnknown,
    HostUnreachable,
)
from .gate import Gate, Own, parse_allowed
from .guard import EgressGuard, networks_of
from .http import Answer, Asked
from .mail import TLS, MailServer
from .outside import Outside
from .poster import Poster, PosterAnswer
from .syslog import Severity, SyslogMessage, send_syslog
from .webhook import Gone, WebhookMessage, WebhookSender, new_signing_secret


__all__ = [
    "TLS",
    "Answer",
    "Asked",
    "DeliveryFailed",
    "Destination",
    "EgressGuard",
    "EgressRefused",
    "Gate",
    "Gone",
    "HostRefused",
    "HostUnknown",
    "HostUnreachable",
    "Login",
    "MailServer",
    "Outside",
    "Own",
    "Poster",
    "PosterAnswer",
    "Severity",
    "SyslogMessage",
    "TargetInvalid",
    "WebhookMessage",
    "WebhookSender",
    "is_public",
    "networks_of",
    "new_signing_secret",
    "parse_allowed",
    "send_syslog",
]
