"""Providers as data, and what they say of themselves and of people."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from strongroom.kernel import Secret

from .errors import ProviderSilent


Kind = Literal["google", "github", "oidc"]
AuthMethod = Literal["client_secret_basic", "client_secret_post"]
"""How a client tells its secret (RFC 7591 §2): in a header, or in the form."""

GOOGLE_ISSUER = "https://accounts.google.com"
GITHUB_ISSUER, GITHUB_API = "https://github.com", "https://api.github.com"
ALGORITHMS = ("RS256", "ES256", "EdDSA", "Ed25519")
"""Never ``none``, and never HS256, by which a client could sign for its provider."""

BY_HEADER = "client_secret_basic"
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider that people may come from."""

    name: str
    """As it stands in our addresses."""

    kind: Kind
    title: str
    issuer: str
    client_id: str
    client_secret: Callable[[], Secret] = field(repr=False)
    """Asked for when the provider is: whoever never speaks to it needs no secret."""

    auth_method: AuthMethod | None = None
    """As the operator says that we are registered there; None asks its metadata."""

    def by_post(self, metadata: "Metadata") -> bool:
        """Say whether the client's secret travels in the form, not in a header."""
        if self.auth_method is None:
            return metadata.by_post
        return self.auth_method != BY_HEADER


@dataclass(frozen=True, slots=True)
class Metadata:
    """Where a provider is asked what (OpenID Connect Discovery 1.0 §3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str = ""
    userinfo_endpoint: str = ""
    """Empty where it names none over HTTPS."""

    algorithms: tuple[str, ...] = ALGORITHMS
    by_post: bool = False
    """Whether the client's secret travels in the form, not in a header."""

    tells_issuer: bool = False
    """Whether it promises ``iss`` in its answers (RFC 9207 §3)."""

    @classmethod
    def read(cls, told: Mapping[str, Any], issuer: str) -> Self:
        """Read a discovery document, which must be of this very *issuer*.

        Raises:
            ProviderSilent: it is another's, lacks an endpoint over HTTPS, or signs by
                nothing that is taken here.

        """
        ends = [told.get(name) for name in _ENDPOINTS]
        urls = [e for e in ends if isinstance(e, str) and e.startswith("https://")]
        if told.get("issuer") != issuer or len(urls) != len(_ENDPOINTS):
            message = "Its discovery document is another's, or not whole."
            raise ProviderSilent(message)
        signs = _list(told.get("id_token_signing_alg_values_supported", ["RS256"]))
        # With nothing left, whoever verifies would fall back on rules of its own.
        algorithms = tuple(each for each in ALGORITHMS if each in signs)
        if not algorithms:
            message = "It signs by no algorithm that is taken here."
            raise ProviderSilent(message)
        methods = _list(told.get("token_endpoint_auth_methods_supported"))
        promised = told.get("authorization_response_iss_parameter_supported")
        authorize, token, keys = urls
        return cls(
            issuer,
            authorize,
            token,
            keys,
            _https(told.get("userinfo_endpoint")),
            algorithms=algorithms,
            by_post=BY_HEADER not in (methods or [BY_HEADER]),
            tells_issuer=promised is True,
        )


def _list(told: Any) -> list[Any]:
    return told if isinstance(told, list) else []


def _https(told: Any) -> str:
    return told if isinstance(told, str) and told.startswith("https://") else ""


def github(issuer: str) -> Metadata:
    """Return where GitHub, or a GitHub Enterprise Server at *issuer*, is asked what.

    It speaks OAuth without OpenID Connect: its addresses are in its manual, under
    "Authorizing OAuth apps".
    """
    at = f"{issuer.rstrip('/')}/login/oauth"
    return Metadata(issuer, f"{at}/authorize", f"{at}/access_token", by_post=True)


def github_api(issuer: str) -> str:
    """Return where its REST API is: a server of one's own has it below ``/api/v3``."""
    return GITHUB_API if issuer == GITHUB_ISSUER else f"{issuer.rstrip('/')}/api/v3"


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a provider knows. Issuer and subject are who it is; an address is not."""

    issuer: str
    subject: str
    email: str
    email_verified: bool
