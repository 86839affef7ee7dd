"""Signing in by a provider: Google, GitHub, or any that speaks OpenID Connect."""

from .models import LinkedIdentity, Returned
from .policy import require_secrets
from .service import OAuth, Parts
from .settings import (
    OAuthSettings,
    ProviderSettings,
    issuer_of,
    title_of,
    titles_of,
)


__all__ = [
    "LinkedIdentity",
    "OAuth",
    "OAuthSettings",
    "Parts",
    "ProviderSettings",
    "Returned",
    "issuer_of",
    "require_secrets",
    "title_of",
    "titles_of",
]
