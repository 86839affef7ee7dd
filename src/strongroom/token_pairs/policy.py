"""The two tokens: how they are written, and all that a genuine one must be.

Access tokens are JWTs of RFC 9068, signed by Ed25519 under its fully specified name
(RFC 9864). A header says three things and nothing else, so that no key, address or
extension that an attacker names is ever looked at (RFC 8725). Refresh tokens are MACs
over a pair and a generation: opaque to whoever holds one, and kept nowhere.
"""

import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from strongroom.crypto import Keyring, from_base64url, to_base64url
from strongroom.kernel import new_id

from .errors import TokenPairInvalid
from .models import Bearing, Refreshing, TokenPair, Turn, WantedTokenPair
from .settings import LONGEST_ACCESS


ALGORITHM = "Ed25519"
TYPE = "at+jwt"
LONGEST_TOKEN = 1024
"""Characters; a genuine one has about 500."""

KEY_DAYS = timedelta(days=30)
"""How long one key signs. The next is published all the while."""

AHEAD = timedelta(minutes=10)
"""For so long a key that follows by hand is published before it signs: twice as long as
anybody may cache the key set."""

SALT_BYTES = 32

SKEW = timedelta(seconds=5)
"""How far the clocks of two of our machines may differ."""

PREFIX = "srr_"
_GENERATION_BYTES = 4
_BODY_BYTES = 16 + _GENERATION_BYTES + 32
LONGEST_NAME = 60


class NotGenuine(Exception):
    """A token is none of ours, or not one for here and now."""


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that a header may say; ``crit``, ``jwk``, ``jku`` and ``zip`` are unknown."""

    alg: Literal["Ed25519"]
    typ: Literal["at+jwt"]
    kid: str


class Payload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that an access token says (RFC 9068 §2.2); rights are read at each use."""

    iss: str
    aud: str
    sub: UUID
    client_id: UUID
    org: UUID
    sid: UUID
    iat: int
    exp: int
    jti: UUID


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who signs, for whom, and with which keys at a moment."""

    keys: Keyring
    url: str
    turns: Sequence[Turn] = ()
    """The keys that followed by hand, the oldest first."""

    @property
    def audience(self) -> str:
        """The API that the tokens are for."""
        return f"{self.url}/api"

    def signing(self, now: datetime) -> OKPKey:
        """Return the key that signs at this moment."""
        return OKPKey.import_key(self.private(now))

    def private(self, now: datetime) -> Ed25519PrivateKey:
        """Return the same key as it comes from the root key."""
        return self.keys.signing_key(_purpose(period_of(now), self._turn(now)))

    def published(self, now: datetime) -> list[OKPKey]:
        """Return the key that signs and its successors, and its forebear at first.

        A forebear stays until the last token that it may have signed has ended.
        """
        before, period = now - LONGEST_ACCESS - SKEW, period_of(now)
        signing = [(period_of(each), self._turn(each)) for each in (before, now)]
        coming = [(period, each) for each in self.turns if each.signs_from > now]
        following = (period + 1, self.turns[-1] if self.turns else None)
        purposes = [_purpose(*each) for each in (*signing, *coming, following)]
        keys = (self.keys.signing_key(each) for each in dict.fromkeys(purposes))
        return [OKPKey.import_key(each) for each in keys]

    def sign(self, pair: TokenPair, now: datetime, ends: datetime) -> str:
        """Return an access token for *pair* that ends at *ends*."""
        key = self.signing(now)
        header = {"alg": ALGORITHM, "typ": TYPE, "kid": key.thumbprint()}
        payload = Payload(
            iss=self.url,
            aud=self.audience,
            sub=pair.account_id,
            client_id=pair.id,
            org=pair.organization_id,
            sid=pair.session_id,
            iat=int(now.timestamp()),
            exp=int(ends.timestamp()),
            jti=new_id(),
        )
        body = msgspec.json.encode(payload)
        return jws.serialize_compact(header, body, key, algorithms=[ALGORITHM])

    def verify(self, token: str, now: datetime) -> Bearing:
        """Return what *token* says.

        Raises:
            NotGenuine: it is no access token of this issuer for this API and moment.

        """
        header, payload = _read(token)
        key = _find(self.published(now), header.kid)
        try:
            jws.deserialize_compact(token, key, algorithms=[ALGORITHM])
        except (JoseError, ValueError):
            raise NotGenuine from None
        if (payload.iss, payload.aud) != (self.url, self.audience):
            raise NotGenuine
        _require_now(payload, now)
        return Bearing(payload.client_id, payload.sub, payload.org, payload.sid)

    def _turn(self, moment: datetime) -> Turn | None:
        begun = [each for each in self.turns if each.signs_from <= moment]
        return begun[-1] if begun else None


def _purpose(period: int, turn: Turn | None) -> str:
    return f"access tokens {period}{f' {turn.salt.hex()}' if turn else ''}"


def key_set(keys: Sequence[OKPKey]) -> dict[str, Any]:
    """Return the public halves of *keys* as a JWK set (RFC 7517)."""
    more = {"use": "sig", "alg": ALGORITHM}
    return {
        "keys": [
            {**key.as_dict(private=False), "kid": key.thumbprint(), **more}
            for key in keys
        ]
    }


def refresh_text(secret: bytes, shown: Refreshing) -> str:
    """Return the refresh token of a generation of a pair."""
    body = shown.pair_id.bytes + shown.generation.to_bytes(_GENERATION_BYTES)
    mac = hmac.digest(secret, body, "sha256")
    return PREFIX + to_base64url(body + mac)


def read_refresh(secret: bytes, text: str) -> Refreshing | None:
    """Return which refresh token *text* is, or None when it is none of ours."""
    try:
        body = from_base64url(text.removeprefix(PREFIX))
    except ValueError:
        return None
    if len(body) != _BODY_BYTES:
        return None
    number = int.from_bytes(body[16 : 16 + _GENERATION_BYTES])
    shown = Refreshing(UUID(bytes=body[:16]), number)
    # Written anew and compared whole: a token has one spelling.
    genuine = refresh_text(secret, shown)
    return shown if hmac.compare_digest(genuine.encode(), text.encode()) else None


def require_usable(wanted: WantedTokenPair) -> WantedTokenPair:
    """Return *wanted* with a tidy name.

    Raises:
        TokenPairInvalid: it has no name or no scope.

    """
    name, wrong = wanted.name.strip(), {}
    if not (0 < len(name) <= LONGEST_NAME and name.isprintable()):
        wrong["name"] = f"Use 1 to {LONGEST_NAME} visible characters."
    if not wanted.scopes:
        wrong["scopes"] = "Choose at least one."
    if wrong:
        raise TokenPairInvalid(fields=wrong)
    return WantedTokenPair(name, wanted.scopes)


def reuse_mail(service: str, url: str, name: str) -> tuple[str, str]:
    """Return subject and text of the mail that tells of a token used twice."""
    return f"An app's token was used twice at {service}", (
        f"Somebody used a refresh token of your app “{name}” a second time.\n"
        "A copy of it may be in other hands, so the app and its session are ended.\n\n"
        f"Look at what is signed in as you:\n\n{url}/console/devices\n\n"
        "Then sign in and connect the app again, where you still trust it.\n"
    )


def period_of(moment: datetime) -> int:
    """Return the number of the period whose key signs at *moment*."""
    return int(moment.timestamp() // KEY_DAYS.total_seconds())


def _read(token: str) -> tuple[Header, Payload]:
    """Return the two readable parts of a token, before anything is believed."""
    parts = token.split(".")
    if len(token) > LONGEST_TOKEN or len(parts) != len(("header", "payload", "mac")):
        raise NotGenuine
    try:
        header = msgspec.convert(members_of(parts[0]), Header)
        return header, msgspec.convert(members_of(parts[1]), Payload)
    except (ValueError, RecursionError):
        raise NotGenuine from None


def members_of(part: str) -> Any:
    """Return what one part of a token says.

    Raises:
        NotGenuine: it says something twice.
        ValueError: it is no JSON, or spelled otherwise than we spell.

    """
    return json.loads(from_base64url(part), object_pairs_hook=_each_once)


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; two readers could choose differently between two members."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise NotGenuine
    return members


def _find(keys: Sequence[OKPKey], kid: str) -> OKPKey:
    for key in keys:
        if hmac.compare_digest(key.thumbprint().encode(), kid.encode()):
            return key
    raise NotGenuine


def _require_now(payload: Payload, now: datetime) -> None:
    moment, longest = now.timestamp(), LONGEST_ACCESS.total_seconds()
    began = payload.iat <= moment + SKEW.total_seconds()
    lasts = moment < payload.exp <= payload.iat + longest
    if not (began and lasts):
        raise NotGenuine
