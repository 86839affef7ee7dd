"""Operators: the people who run the service, and their own way in."""

from .errors import NoSuchOperator, OperatorRefused, OperatorUnknown, SetUpExpired
from .models import Operator, OperatorSession, Person
from .policy import COOKIE, OPEN, ROOT
from .service import Operators, Parts, actor_of
from .settings import OperatorSettings


__all__ = [
    "COOKIE",
    "OPEN",
    "ROOT",
    "NoSuchOperator",
    "Operator",
    "OperatorRefused",
    "OperatorSession",
    "OperatorSettings",
    "OperatorUnknown",
    "Operators",
    "Parts",
    "Person",
    "SetUpExpired",
    "actor_of",
]
