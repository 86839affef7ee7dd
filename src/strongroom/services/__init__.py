"""Services: programs of the operator that sign each of their calls."""

from .errors import (
    ServiceCallReplayed,
    ServiceExists,
    ServiceSignatureInvalid,
)
from .models import Introspected, NewService, Service, ServiceCall
from .policy import SERVICE_PATHS, sign_call
from .service import Services


__all__ = [
    "SERVICE_PATHS",
    "Introspected",
    "NewService",
    "Service",
    "ServiceCall",
    "ServiceCallReplayed",
    "ServiceExists",
    "ServiceSignatureInvalid",
    "Services",
    "sign_call",
]
