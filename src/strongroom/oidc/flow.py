"""Away to a provider: one secret of one browser, and all that is derived from it.

The browser alone holds the secret. State, nonce and the PKCE verifier are each a hash
of it under a name of their own, so that nothing has to be kept in between.
"""

import hashlib
import hmac
from dataclasses import dataclass
from urllib.parse import urlencode

from strongroom.crypto import to_base64url
from strongroom.kernel import Secret

from .errors import IdentityRefused
from .provider import Metadata, Provider


SCOPES = {"github": "read:user user:email"}


@dataclass(frozen=True, slots=True)
class Flow:
    """One way to a provider and back."""

    secret: Secret

    @property
    def state(self) -> str:
        """What the provider hands back, so that the answer is of this browser's way."""
        return self._derived("state")

    @property
    def nonce(self) -> str:
        """What the ID token repeats, so that it is made for this way."""
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        """What only this way's beginner knows (RFC 7636 §4.1): 43 characters."""
        return self._derived("PKCE verifier")

    def require_state(self, told: str) -> None:
        """Accept the state of this way.

        Raises:
            IdentityRefused: it is another's.

        """
        if not hmac.compare_digest(told.encode(), self.state.encode()):
            message = "The state is another sign-in's."
            raise IdentityRefused(message)

    def _derived(self, name: str) -> str:
        key = self.secret.reveal().encode()
        return to_base64url(hmac.digest(key, name.encode(), "sha256"))


def challenge_of(verifier: str) -> str:
    """Return the S256 challenge of a PKCE *verifier* (RFC 7636 §4.2)."""
    return to_base64url(hashlib.sha256(verifier.encode()).digest())


def authorize_url(
    provider: Provider, metadata: Metadata, flow: Flow, redirect_uri: str
) -> str:
    """Return where the browser goes to (OpenID Connect Core 1.0 §3.1.2.1)."""
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": redirect_uri,
        "scope": SCOPES.get(provider.kind, "openid email"),
        "state": flow.state,
        "nonce": flow.nonce,
        "code_challenge": challenge_of(flow.verifier),
        "code_challenge_method": "S256",
    }
    joint = "&" if "?" in metadata.authorization_endpoint else "?"
    return f"{metadata.authorization_endpoint}{joint}{urlencode(asked)}"


def require_issuer_of_answer(metadata: Metadata, told: str) -> None:
    """Accept an answer of the provider that was asked (RFC 9207 §2.4).

    Raises:
        IdentityRefused: it is another's, or does not say so although it promised to.

    """
    wanted = told or metadata.tells_issuer
    if wanted and told != metadata.issuer:
        message = "The answer is another provider's."
        raise IdentityRefused(message)
