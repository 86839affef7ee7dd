"""Services: programs of the operator that sign each of their calls."""

from .errors import (
    ServiceCallReplayed,
    ServiceExists,
    ServiceSignatureInvalid,
)
from .models import Introspected, NewSigner, ServiceCall, Signer
from .policy import SERVICE_PATHS, sign_call
from .service import Services


__all__ = [
    "SERVICE_PATHS",
    "Introspected",
    "NewSigner",
    "ServiceCall",
    "ServiceCallReplayed",
    "ServiceExists",
    "ServiceSignatureInvalid",
    "Services",
    "Signer",
    "sign_call",
]
