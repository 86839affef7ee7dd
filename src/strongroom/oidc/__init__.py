"""OpenID Connect as a relying party speaks it: away, back, and whose identity it is."""

from .canary import CLIENT_ID, CanaryProvider
from .client import Client, Granted
from .errors import IdentityRefused, ProviderSilent
from .flow import Flow, authorize_url, challenge_of, require_issuer_of_answer
from .id_token import Expected, read_id_token
from .provider import (
    GITHUB_ISSUER,
    GOOGLE_ISSUER,
    AuthMethod,
    Identity,
    Metadata,
    Provider,
)


__all__ = [
    "CLIENT_ID",
    "GITHUB_ISSUER",
    "GOOGLE_ISSUER",
    "AuthMethod",
    "CanaryProvider",
    "Client",
    "Expected",
    "Flow",
    "Granted",
    "Identity",
    "IdentityRefused",
    "Metadata",
    "Provider",
    "ProviderSilent",
    "authorize_url",
    "challenge_of",
    "read_id_token",
    "require_issuer_of_answer",
]
