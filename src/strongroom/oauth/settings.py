"""Which providers people may come from."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from strongroom.oidc import GITHUB_ISSUER, GOOGLE_ISSUER, AuthMethod


_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")
ISSUERS = {"google": GOOGLE_ISSUER, "github": GITHUB_ISSUER}
TITLES = {"google": "Google", "github": "GitHub"}


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """One provider. Its secret is no setting: it comes from the environment."""

    kind: Literal["google", "github", "oidc"]
    """What it speaks, and where: ``oidc`` needs an issuer."""

    client_id: str
    """Our name there."""

    issuer: str = ""
    """Of kind ``oidc``: its address, as its discovery document spells it. Of kind
    ``github``: a GitHub Enterprise Server, ``https://github.example.com``."""

    title: str = ""
    """What the button says; Google and GitHub know their own names."""

    client_secret_file: str = ""
    """Where the secret lies; else ``STRONGROOM_OAUTH_SECRET_NAME`` holds it."""

    token_endpoint_auth_method: AuthMethod | None = None
    """How we are registered there, if its discovery document does not say it."""


@dataclass(frozen=True, slots=True)
class OAuthSettings:
    """Nobody is asked unless a provider is configured."""

    providers: Mapping[str, ProviderSettings] = field(default_factory=dict)
    """By the name that stands in the addresses, such as ``google``."""

    authority: str | None = None
    """A PEM file with the authorities of your own providers, besides the system's."""

    def __post_init__(self) -> None:
        """Refuse a provider that nobody can find.

        Raises:
            ValueError: a name or an issuer is none.

        """
        for name, each in self.providers.items():
            if not _NAME.fullmatch(name) or name == "canary":
                message = f"providers: {name!r} cannot be a provider's name"
                raise ValueError(message)
            wanted = each.kind == "oidc" or each.issuer
            if wanted and not each.issuer.startswith("https://"):
                message = f"providers.{name} needs an issuer, https://…"
                raise ValueError(message)


def issuer_of(settings: ProviderSettings) -> str:
    """Return whose identities a provider gives."""
    return settings.issuer or ISSUERS[settings.kind]


def title_of(name: str, settings: ProviderSettings) -> str:
    """Return what people call a provider."""
    return settings.title or TITLES.get(settings.kind, name)


def titles_of(settings: OAuthSettings) -> list[tuple[str, str]]:
    """Return name and title of every provider, as its button shows them."""
    return [(name, title_of(name, each)) for name, each in settings.providers.items()]
