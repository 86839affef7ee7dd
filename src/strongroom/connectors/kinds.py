"""Kinds of services, as data: what is typed, where it goes, and what it can do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from .errors import FieldsInvalid


Form = Literal["text", "host", "port", "https", "choice", "line", "pair", "dsn"]
Means = Literal[
    "bearer", "basic", "header", "oauth", "refresh", "smtp", "postgres", "mongodb"
]
Verb = Literal["http.request", "smtp.send"]
Fields = Mapping[str, str]

HTTPS = 443


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to type."""

    name: str
    label: str
    form: Form = "text"
    hint: str = ""
    choices: tuple[str, ...] = ()
    default: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of credential, as data: what is typed, where it goes, what it can do."""

    word: str
    title: str
    means: Means
    secret: Field
    fields: tuple[Field, ...] = ()
    verbs: tuple[Verb, ...] = ()
    host: str | None = None
    """The only host of a known provider; None where a person names it."""

    header: tuple[str, str] = ("authorization", "")
    """The header that carries the secret, and what stands before it."""

    also: Fields = field(default_factory=dict)
    """Headers that the provider wants besides."""

    probe: str = "/"
    """The path that a test asks for."""

    write_only: bool = False
    """Whether nobody ever reads the secret back."""

    @property
    def is_exchanged(self) -> bool:
        """Whether the secret only asks for access tokens, which then travel (OAuth)."""
        return self.means in {"oauth", "refresh"}

    def field(self, name: str) -> Field | None:
        """Return the public field called *name*, or None."""
        return next((each for each in self.fields if each.name == name), None)


_BASE = Field("base_url", "Address", "https", "Such as https://crm.example.com/v2")
_CHECK = Field("check_path", "Path to test", "text", "Asked for by a test", default="/")
_KEY = Field("api_key", "API key", "line")
_TOKEN = Field("token", "Access token", "line")
_DSN = Field("url", "Connection string", "dsn")


def _provider(
    word: str, title: str, host: str, probe: str, header: str, before: str = ""
) -> Kind:
    return Kind(
        word,
        title,
        "header",
        _KEY,
        verbs=("http.request",),
        host=host,
        header=(header, before),
        also={"anthropic-version": "2023-06-01"} if word == "anthropic" else {},
        probe=probe,
        write_only=True,
    )


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        each.word: each
        for each in (
            _provider(
                "openai",
                "OpenAI",
                "api.openai.com",
                "/v1/models",
                "authorization",
                "Bearer ",
            ),
            _provider(
                "anthropic",
                "Anthropic",
                "api.anthropic.com",
                "/v1/models",
                "x-api-key",
            ),
            _provider(
                "google-ai",
                "Google AI",
                "generativelanguage.googleapis.com",
                "/v1beta/models",
                "x-goog-api-key",
            ),
            Kind(
                "whatsapp",
                "WhatsApp Business",
                "bearer",
                _TOKEN,
                (Field("phone_number_id", "Phone number ID"),),
                ("http.request",),
                host="graph.facebook.com",
                probe="/v23.0/{phone_number_id}",
            ),
            Kind(
                "smtp",
                "Mail server (SMTP)",
                "smtp",
                Field("password", "Password", "line"),
                (
                    Field("host", "Host", "host"),
                    Field("port", "Port", "port", default="587"),
                    Field("tls", "TLS", "choice", choices=("starttls", "tls")),
                    Field("username", "User name"),
                    Field("sender", "From"),
                ),
                ("smtp.send",),
            ),
            Kind(
                "http-bearer",
                "CRM or other API, with a token",
                "bearer",
                _TOKEN,
                (_BASE, _CHECK),
                ("http.request",),
            ),
            Kind(
                "http-basic",
                "CRM or other API, with user and password",
                "basic",
                Field("password", "Password", "line"),
                (_BASE, Field("username", "User name"), _CHECK),
                ("http.request",),
            ),
            Kind(
                "http-oauth",
                "CRM or other API, with OAuth client credentials",
                "oauth",
                Field("client_secret", "Client secret", "line"),
                (
                    _BASE,
                    Field("token_url", "Token address", "https"),
                    Field("client_id", "Client ID"),
                    _CHECK,
                ),
                ("http.request",),
            ),
            Kind(
                "http-oauth-refresh",
                "CRM or other API, with an OAuth refresh token",
                "refresh",
                Field(
                    "refresh_token",
                    "Client secret and refresh token",
                    "pair",
                    "With a space between; without a client secret, the token alone",
                ),
                (
                    _BASE,
                    Field("token_url", "Token address", "https"),
                    Field("client_id", "Client ID"),
                    _CHECK,
                ),
                ("http.request",),
            ),
            Kind("postgres", "Postgres", "postgres", _DSN),
            Kind("mongodb", "MongoDB", "mongodb", _DSN),
        )
    }
)
"""Every kind, by its word."""

KNOWN_HOSTS = tuple(f"{each.host}:{HTTPS}" for each in KINDS.values() if each.host)
"""Always reachable: nobody but the provider answers there."""


def kind_of(word: str) -> Kind:
    """Return the kind called *word*.

    Raises:
        FieldsInvalid: there is none.

    """
    if word not in KINDS:
        raise FieldsInvalid(fields={"kind": "There is no such kind."})
    return KINDS[word]
