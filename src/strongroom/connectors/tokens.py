"""Access tokens by OAuth: what a credential is exchanged for at its token address.

Client credentials stay as they are. A refresh token may be replaced with each exchange
(RFC 9700 §4.14.2), so whoever exchanges one keeps what comes back.
"""

import base64
from dataclasses import dataclass, field
from urllib.parse import quote_plus, urlencode

import msgspec

from strongroom.egress import Answer, Asked, HostRefused
from strongroom.kernel import Secret

from .kinds import Fields, Kind


KEPT_AT_MOST = 3600.0
EARLIER = 30.0
"""A token is asked for again so many seconds before its end, for slow ways."""

REFUSALS = {
    "invalid_client": "it does not take this client ID and secret.",
    "invalid_grant": (
        "it takes the refresh token no more."
        " Authorize there again, and replace it here."
    ),
    "invalid_scope": "it does not grant this client what it asks for.",
    "unauthorized_client": "this client may not ask for tokens in this way.",
    "unsupported_grant_type": "it knows no tokens of this kind.",
}
"""Words of RFC 6749 §5.2; any other is not repeated, because it may be anything."""


@dataclass(frozen=True, slots=True)
class Token:
    """An access token, for how long it is good, and what is worth the next one."""

    access: Secret = field(repr=False)
    seconds: float
    credential: Secret = field(repr=False)


class _Told(msgspec.Struct, frozen=True):
    """What a token endpoint answers (RFC 6749 §5.1)."""

    access_token: str
    token_type: str = "bearer"  # noqa: S105
    expires_in: float = 0.0
    refresh_token: str = ""


class _Refused(msgspec.Struct, frozen=True):
    error: str


def parts_of(kind: Kind, secret: Secret) -> tuple[str, str]:
    """Return the client's secret and the refresh token; either may be empty."""
    if kind.means != "refresh":
        return secret.reveal(), ""
    client_secret, _, refresh = secret.reveal().rpartition(" ")
    return client_secret, refresh


def token_request(kind: Kind, fields: Fields, secret: Secret) -> Asked:
    """Return how a token is asked for (RFC 6749 §2.3.1, §4.4 and §6)."""
    client_secret, refresh = parts_of(kind, secret)
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "accept": "application/json",
    }
    form = {"grant_type": "client_credentials"}
    if refresh:
        form = {"grant_type": "refresh_token", "refresh_token": refresh}
    if client_secret:
        pair = ":".join(map(quote_plus, (fields["client_id"], client_secret)))
        headers["authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    else:  # A public client only says which one it is (RFC 6749 §3.2.1).
        form["client_id"] = fields["client_id"]
    return Asked("POST", fields["token_url"], headers, urlencode(form).encode())


def read_token(kind: Kind, secret: Secret, answer: Answer) -> Token:
    """Return the token that *secret* was exchanged for.

    Raises:
        HostRefused: it was not; says why in words of ours.

    """
    try:
        told = msgspec.json.decode(answer.body, type=_Told, strict=False)
    except msgspec.DecodeError:
        raise HostRefused(_why_not(answer)) from None
    if not answer.is_success or told.token_type.lower() != "bearer":
        raise HostRefused(_why_not(answer))
    client_secret, refresh = parts_of(kind, secret)
    credential = secret
    if refresh and told.refresh_token:
        credential = Secret(f"{client_secret} {told.refresh_token}".strip())
    seconds = min(told.expires_in, KEPT_AT_MOST) - EARLIER
    return Token(Secret(told.access_token), seconds, credential)


def _why_not(answer: Answer) -> str:
    try:
        word = msgspec.json.decode(answer.body, type=_Refused).error
    except msgspec.DecodeError:
        word = ""
    if word in REFUSALS:
        return f"The token address answers {word}: {REFUSALS[word]}"
    return f"The token address answers {answer.status}, without a token."
