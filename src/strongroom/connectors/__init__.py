"""Connectors: other services as data, and how the house speaks to them for somebody.

Knows what each kind of service needs, to which hosts its secret may go, and how it is
asked. It stores nothing and decides on nobody: see ``strongroom.integrations``.
"""

from .dsn import DSN, parse_dsn
from .errors import ArgumentInvalid, FieldsInvalid
from .fields import require_fields, require_secret
from .kinds import KINDS, KNOWN_HOSTS, Field, Fields, Kind, kind_of
from .lending import Lender
from .requests import destination, hosts_of
from .speak import Connectors, Renew, Tested, Used
from .tokens import Token


__all__ = [
    "DSN",
    "KINDS",
    "KNOWN_HOSTS",
    "ArgumentInvalid",
    "Connectors",
    "Field",
    "Fields",
    "FieldsInvalid",
    "Kind",
    "Lender",
    "Renew",
    "Tested",
    "Token",
    "Used",
    "destination",
    "hosts_of",
    "kind_of",
    "parse_dsn",
    "require_fields",
    "require_secret",
]
