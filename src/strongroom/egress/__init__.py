"""The way out: the few hosts that the house may be sent to, and how it goes there.

Guards against a person who points the house at a host of their own, or at what only
the house can reach: each connection is decided at one gate, on the very address that
is then connected to. It knows no domain and no secret by name.
"""

from .addresses import is_public
from .databases import Login
from .errors import EgressRefused, HostRefused, HostUnreachable
from .gate import Gate, Own, parse_allowed
from .http import Answer, Asked
from .mail import TLS, MailServer
from .outside import Outside


__all__ = [
    "TLS",
    "Answer",
    "Asked",
    "EgressRefused",
    "Gate",
    "HostRefused",
    "HostUnreachable",
    "Login",
    "MailServer",
    "Outside",
    "Own",
    "is_public",
    "parse_allowed",
]
