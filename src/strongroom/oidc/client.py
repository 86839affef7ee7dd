"""Asking a provider: its metadata, its keys, a code's worth. All of it by the gate."""

import base64
import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, KeySet

from strongroom.egress import Asked, EgressRefused, HostUnreachable, Outside

from .errors import IdentityRefused, ProviderSilent
from .flow import Flow
from .id_token import Expected, read_id_token
from .provider import Identity, Metadata, Provider, github, github_api


KEPT_SECONDS = 3600.0
REFETCH_SECONDS = 60.0
"""An unknown key is looked for once a minute at most: tokens come from strangers."""

SIGNED_BY_ONE = frozenset({"RSA", "EC", "OKP"})
"""Kinds of keys with a half that only the provider has (RFC 7518 §6.1, RFC 8037)."""

OURS = {"invalid_client", "unauthorized_client", "incorrect_client_credentials"}
"""What the operator has to mend, not the person: RFC 6749 §5.2, and GitHub's word."""


@dataclass(frozen=True, slots=True)
class Granted:
    """What a browser brought back, and on which way."""

    code: str
    flow: Flow
    redirect_uri: str


@dataclass(slots=True)
class _Kept:
    """What a provider told, and when by the process's clock."""

    at: float
    document: dict[str, Any]


class Client:
    """Speaks to providers, and remembers what they say of themselves for an hour."""

    def __init__(self, outside: Outside) -> None:
        """Ask by *outside*."""
        self._outside = outside
        self._kept: dict[str, _Kept] = {}

    async def metadata(self, provider: Provider) -> Metadata:
        """Return where *provider* is asked what.

        Raises:
            ProviderSilent: it does not say, or is another than was configured.

        """
        if provider.kind == "github":
            return github(provider.issuer)
        url = f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration"
        told = await self._remembered(url, KEPT_SECONDS)
        try:
            return Metadata.read(told, provider.issuer)
        except ProviderSilent:
            del self._kept[url]  # It may be mended before an hour is over.
            raise

    async def identity(self, provider: Provider, granted: Granted) -> Identity:
        """Return who it is that the provider let through.

        Raises:
            IdentityRefused: its answer does not check out.
            ProviderSilent: it does not answer.

        """
        metadata = await self.metadata(provider)
        tokens = await self._exchange(provider, metadata, granted)
        if provider.kind == "github":
            return await self._of_github(provider.issuer, tokens.get("access_token"))
        token = str(tokens.get("id_token", ""))
        keys = await self._keys_for(metadata, token)
        expected = Expected(provider.client_id, granted.flow.nonce, time.time())
        identity = read_id_token(token, keys, metadata, expected)
        if identity.email or not metadata.userinfo_endpoint:
            return identity
        access = str(tokens.get("access_token", ""))
        return await self._with_address(identity, metadata.userinfo_endpoint, access)

    async def _with_address(
        self, identity: Identity, endpoint: str, access: str
    ) -> Identity:
        """Ask for the address, which with a code need not be in the ID token.

        OpenID Connect Core 1.0 §5.4; by §5.3.2 the answer counts for one subject only.
        """
        headers = {"authorization": f"Bearer {access}", "accept": "application/json"}
        told = await self._object(Asked("GET", endpoint, headers))
        if told.get("sub") != identity.subject:
            message = "The provider tells the address of another subject."
            raise IdentityRefused(message)
        email, verified = told.get("email"), told.get("email_verified") is True
        return replace(
            identity,
            email=email if isinstance(email, str) else "",
            email_verified=verified,
        )

    async def _exchange(
        self, provider: Provider, metadata: Metadata, granted: Granted
    ) -> Mapping[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": granted.code,
            "redirect_uri": granted.redirect_uri,
            "code_verifier": granted.flow.verifier,
        }
        headers = {
            "content-type": "application/x-www-form-urlencoded",
            "accept": "application/json",
        }
        secret = provider.client_secret().reveal()
        if provider.by_post(metadata):
            form |= {"client_id": provider.client_id, "client_secret": secret}
        else:  # RFC 6749 §2.3.1: each is form-encoded first.
            pair = f"{quote(provider.client_id, safe='')}:{quote(secret, safe='')}"
            headers["authorization"] = _basic(pair)
        body = urlencode(form).encode()
        asked = Asked("POST", metadata.token_endpoint, headers, body)
        told = await self._object(asked)
        if told.get("error") in OURS:
            message = "It does not take this server's client ID and secret."
            raise ProviderSilent(message)
        if "error" in told:
            message = "The provider does not take the code."
            raise IdentityRefused(message)
        return told

    async def _of_github(self, issuer: str, token: Any) -> Identity:
        if not isinstance(token, str) or not token:
            message = "GitHub gave no token."
            raise IdentityRefused(message)
        headers = {
            "authorization": f"Bearer {token}",
            "accept": "application/vnd.github+json",
            "user-agent": "strongroom",
        }
        at = f"{github_api(issuer)}/user"
        user = await self._object(Asked("GET", at, headers))
        told = await self._ask(Asked("GET", f"{at}/emails?per_page=100", headers))
        emails = [each for each in told if isinstance(each, dict)]
        primary = [each for each in emails if each.get("primary") is True]
        # Of this very type: to Python, true is a number as well.
        if type(user.get("id")) is not int or len(primary) != 1:
            message = "GitHub names nobody."
            raise IdentityRefused(message)
        email, verified = str(primary[0]["email"]), primary[0].get("verified") is True
        return Identity(issuer, str(user["id"]), email, verified)

    async def _keys_for(self, metadata: Metadata, token: str) -> KeySet:
        told = await self._remembered(metadata.jwks_uri, KEPT_SECONDS)
        if _key_id(token) not in [each.get("kid") for each in _keys_in(told)]:
            told = await self._remembered(metadata.jwks_uri, REFETCH_SECONDS)
        return key_set_of(told)

    async def _remembered(self, url: str, seconds: float) -> dict[str, Any]:
        kept, now = self._kept.get(url), time.monotonic()
        if kept is None or now - kept.at > seconds:
            kept = _Kept(now, await self._object(Asked("GET", url)))
            self._kept[url] = kept
        return kept.document

    async def _object(self, asked: Asked) -> dict[str, Any]:
        told = await self._ask(asked)
        if not isinstance(told, dict):
            message = "It answers something else than was asked for."
            raise ProviderSilent(message)
        return told

    async def _ask(self, asked: Asked) -> Any:
        try:
            answer = await self._outside.ask(asked)
        except (EgressRefused, HostUnreachable) as failed:
            raise ProviderSilent(failed.detail) from None
        # A refused code is answered by 400, a refused client by 400 or 401, with a
        # word for it (RFC 6749 §5.2).
        if asked.method == "POST" and answer.status in {400, 401}:
            return {"error": _word_of(answer.body)}
        try:
            told = msgspec.json.decode(answer.body)
        except msgspec.DecodeError:
            told = None
        if not answer.is_success or not isinstance(told, dict | list):
            message = f"It answers {answer.status}."
            raise ProviderSilent(message)
        return told


def key_set_of(told: Mapping[str, Any]) -> KeySet:
    """Return the keys of a document by which only their owner can sign.

    What cannot be read is left out (RFC 7517 §5), and so is what is shared.

    Raises:
        ProviderSilent: none is left.

    """
    keys = []
    for each in _keys_in(told):
        with contextlib.suppress(JoseError, KeyError, ValueError, TypeError):
            if each.get("kty") in SIGNED_BY_ONE:
                keys.append(JWKRegistry.import_key(each))
    if not keys:
        message = "Its keys cannot be read."
        raise ProviderSilent(message)
    return KeySet(keys)


def _keys_in(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    keys = told.get("keys")
    listed = keys if isinstance(keys, list) else []
    return [each for each in listed if isinstance(each, dict)]


def _word_of(body: bytes) -> str:
    try:
        return str(msgspec.json.decode(body, type=dict[str, Any])["error"])
    except (msgspec.DecodeError, KeyError):
        return "refused"


def _basic(pair: str) -> str:
    return "Basic " + base64.b64encode(pair.encode()).decode()


def _key_id(token: str) -> Any:
    try:
        return jws.extract_compact(token.encode()).headers().get("kid")
    except (JoseError, ValueError, TypeError):
        message = "The ID token is none."
        raise IdentityRefused(message) from None
