"""Providers from settings, cookies of the way, addresses, and a mail."""

import os
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path

from strongroom.crypto import Keyring
from strongroom.kernel import CANARIES, Cookie, Secret, SettingsInvalid, host_cookie
from strongroom.oidc import CLIENT_ID, CanaryProvider, Identity, Provider

from .errors import ConnectedAlready, EmailUnverified
from .models import LinkedIdentity
from .settings import OAuthSettings, ProviderSettings, issuer_of, title_of


LIFETIME = timedelta(minutes=10)
WAY_COOKIE = "__Host-oauth"
NEWCOMER_COOKIE = "__Host-oauth-sign-up"
NEWCOMER = "sign up by a provider"

SILENT = "This server cannot ask it: its client secret is gone."

CANARY = "canary"
CANARY_PATH = "/api/v1/oauth/canary"


def way_in(name: str) -> str:
    """Return the purpose of a one-time value that signs in by provider *name*."""
    return f"sign in by {name}"


def way_to_link(name: str) -> str:
    """Return the purpose of a one-time value that links an identity of *name*."""
    return f"connect {name}"


def redirect_uri(public_url: str, name: str) -> str:
    """Return where provider *name* sends browsers back: fixed, whatever was asked."""
    return f"{public_url}/sign-in/with/{name}/return"


def providers_of(
    settings: OAuthSettings, environment: Mapping[str, str] = os.environ
) -> dict[str, Provider]:
    """Return the configured providers; their secrets are read when they are used."""
    return {
        name: _provider(name, each, environment)
        for name, each in settings.providers.items()
    }


def require_secrets(
    settings: OAuthSettings, environment: Mapping[str, str] = os.environ
) -> None:
    """Accept settings whose every provider has its secret, before a server starts.

    Raises:
        SettingsInvalid: a secret is nowhere.

    """
    for each in providers_of(settings, environment).values():
        each.client_secret()


def _provider(
    name: str, given: ProviderSettings, environment: Mapping[str, str]
) -> Provider:
    issuer = issuer_of(given)
    title = title_of(name, given)
    secret = partial(_secret, name, given, environment)
    method = given.token_endpoint_auth_method
    return Provider(name, given.kind, title, issuer, given.client_id, secret, method)


def _secret(
    name: str, given: ProviderSettings, environment: Mapping[str, str]
) -> Secret:
    variable = f"STRONGROOM_OAUTH_SECRET_{name.replace('-', '_')}".upper()
    if file := given.client_secret_file:
        try:
            text = Path(file).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            text = ""
        if not text:
            message = f"[oauth] providers.{name}: its secret cannot be read in {file}"
            raise SettingsInvalid(message)
        return Secret(text)
    if not environment.get(variable):
        message = f"[oauth] providers.{name} has no secret: set {variable}"
        raise SettingsInvalid(message)
    return Secret(environment[variable])


def canary_of(keys: Keyring, public_url: str) -> CanaryProvider:
    """Return the house's own provider: what it says, only the root key can sign."""
    return CanaryProvider(
        f"{public_url}{CANARY_PATH}",
        keys.signing_key("oauth canary"),
        keys.derive("oauth canary code"),
        Secret(keys.derive("oauth canary client").hex()),
    )


def as_provider(canary: CanaryProvider) -> Provider:
    """Return the house's own provider, as any other is configured."""
    issuer, secret = canary.issuer, canary.secret
    return Provider(CANARY, "oidc", "Canary", issuer, CLIENT_ID, lambda: secret)


def require_vouched(provider: Provider, identity: Identity) -> None:
    """Accept an address that the provider has verified, and may speak for.

    Raises:
        EmailUnverified: it has not, or the house's own speaks for a real one.

    """
    own = provider.name == CANARY and not identity.email.endswith(CANARIES)
    if not identity.email or not identity.email_verified or own:
        raise EmailUnverified


def require_first(linked: Iterable[LinkedIdentity], issuer: str) -> None:
    """Accept that an account connects its first identity at *issuer*.

    Raises:
        ConnectedAlready: it has one.

    """
    if any(each.issuer == issuer for each in linked):
        raise ConnectedAlready


def cookie(name: str, value: str) -> Cookie:
    """Return a cookie of the way; an empty *value* takes it away.

    It is Lax, because the way back begins at the provider.
    """
    seconds = int(LIFETIME.total_seconds()) if value else 0
    return host_cookie(name, value, seconds, same_site="lax")
