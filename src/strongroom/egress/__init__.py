"""The way out: the few hosts that the house may be sent to, and how it goes there.

Guards against a person who points the house at a host of their own, or at what only
the house can reach: each connection is decided at one gate, on the very address that
is then connected to. It knows no domain and no secret by name.
"""

from .addresses import is_public
from .databases import Login
from .destination import Destination, TargetInvalid
from .errors import EgressRefused, Gone, HostRefused, HostUnreachable
from .gate import Gate, Own
from .http import Answer, Asked, Https, https
from .listed import EgressPolicy, any_public, only_listed
from .mail import TLS, MailServer
from .outside import Outside
from .settings import EgressSettings
from .syslog import Severity, SyslogMessage, send_syslog
from .webhook import WebhookMessage, WebhookSender, new_signing_secret


__all__ = [
    "TLS",
    "Answer",
    "Asked",
    "Destination",
    "EgressPolicy",
    "EgressRefused",
    "EgressSettings",
    "Gate",
    "Gone",
    "HostRefused",
    "HostUnreachable",
    "Https",
    "Login",
    "MailServer",
    "Outside",
    "Own",
    "Severity",
    "SyslogMessage",
    "TargetInvalid",
    "WebhookMessage",
    "WebhookSender",
    "any_public",
    "https",
    "is_public",
    "new_signing_secret",
    "only_listed",
    "send_syslog",
]
