"""What leaves the house: the guard of addresses, and two ways to hand a log over.

Knows no domain. Guards against a request of ours being pointed at our own network:
a name is looked up once, every address of it is checked, and the connection goes to
the address that was checked (server-side request forgery, DNS rebinding).
"""

from .destination import Destination, TargetInvalid
from .errors import DeliveryFailed, EgressRefused, HostUnknown
from .guard import EgressGuard, networks_of
from .poster import Poster, PosterAnswer
from .syslog import Severity, SyslogMessage, send_syslog
from .webhook import Gone, WebhookMessage, WebhookSender, new_signing_secret


__all__ = [
    "DeliveryFailed",
    "Destination",
    "EgressGuard",
    "EgressRefused",
    "Gone",
    "HostUnknown",
    "Poster",
    "PosterAnswer",
    "Severity",
    "SyslogMessage",
    "TargetInvalid",
    "WebhookMessage",
    "WebhookSender",
    "networks_of",
    "new_signing_secret",
    "send_syslog",
]
