"""API keys: how a program acts for a member, within scopes and for a time."""

from .errors import ApiKeyInvalid, ScopeTooWide
from .models import ApiKey, NewApiKey, WantedApiKey
from .service import ApiKeys


__all__ = [
    "ApiKey",
    "ApiKeyInvalid",
    "ApiKeys",
    "NewApiKey",
    "ScopeTooWide",
    "WantedApiKey",
]
