"""A token endpoint on Authlib and an API behind it, of which only the wiring is ours.

Client credentials and refresh tokens; each refresh token is replaced when it is used,
and whoever uses one twice ends all of them (RFC 9700 §4.14.2).
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Self

import flask
from authlib.integrations.flask_oauth2.authorization_server import AuthorizationServer
from authlib.oauth2.rfc6749 import (
    ClientCredentialsGrant,
    ClientMixin,
    RefreshTokenGrant,
    TokenMixin,
)

from strongroom.server.tls import local_files, server_context
from tests.oauth.foreign import Street, serving


USER = "somebody who authorized us there"


@dataclass(frozen=True)
class Client(ClientMixin):
    """A client with a secret, which it tells in a header."""

    client_id: str
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    def get_allowed_scope(self, _: str) -> str:
        """Allow none in particular."""
        return ""

    def check_client_secret(self, client_secret: str) -> bool:
        """Say whether that is the secret."""
        return client_secret == self.secret

    def check_endpoint_auth_method(self, method: str, _: str) -> bool:
        """Take the header alone."""
        return method == "client_secret_basic"

    def check_grant_type(self, _: str) -> bool:
        """Let it ask for tokens in either way."""
        return True


@dataclass
class Refresh(TokenMixin):
    """A refresh token, and whether it was used."""

    token: str
    used: bool = False

    def check_client(self, _: Client) -> bool:
        """Say whose it is: there is but one client."""
        return True

    def get_scope(self) -> str:
        """Have no scope in particular."""
        return ""


@dataclass
class Endpoint:
    """Where tokens are given and taken, and what is out."""

    url: str = ""
    client: Client = field(default_factory=lambda: Client("strongroom"))
    access: set[str] = field(default_factory=set)
    refresh: dict[str, Refresh] = field(default_factory=dict)
    exchanges: int = 0
    seconds: int = 3600

    @classmethod
    @contextmanager
    def listening(cls, place: Street) -> Iterator[Self]:
        """Listen over TLS until the context ends."""
        endpoint = cls()
        context = server_context(local_files(place.data), "1.2")
        with serving(endpoint.app(), context) as port:
            endpoint.url = f"https://localhost:{port}"
            yield endpoint

    def authorize(self) -> str:
        """Return a refresh token, as somebody gets who authorizes us there."""
        token = secrets.token_urlsafe(24)
        self.refresh[token] = Refresh(token)
        return token

    def app(self) -> flask.Flask:
        """Return its two addresses."""
        app = flask.Flask("endpoint")
        app.config["OAUTH2_REFRESH_TOKEN_GENERATOR"] = True
        typed: Any = AuthorizationServer  # Authlib has no types.
        server = typed(app, self._find, self._save)
        server.register_grant(ClientCredentialsGrant)
        server.register_grant(self._refreshing())
        app.post("/token")(server.create_token_response)
        app.get("/api/me")(self.me)
        return app

    def me(self) -> flask.Response | tuple[flask.Response, int]:
        """Repeat what was sent, as careless APIs do, to whoever has a good token."""
        bearer = flask.request.headers["authorization"]
        if bearer.removeprefix("Bearer ") not in self.access:
            return flask.jsonify({"error": "invalid_token"}), 401
        return flask.jsonify({"me": USER, "you sent": bearer})

    def _find(self, client_id: str) -> Client | None:
        return self.client if client_id == self.client.client_id else None

    def _save(self, token: dict[str, Any], _: object) -> None:
        self.exchanges += 1
        token["expires_in"] = self.seconds
        self.access.add(token["access_token"])
        if new := token.get("refresh_token"):
            self.refresh[new] = Refresh(new)

    def _refreshing(self) -> type:
        endpoint = self

        class Replacing(RefreshTokenGrant):
            INCLUDE_NEW_REFRESH_TOKEN = True

            def authenticate_refresh_token(self, told: str) -> Refresh | None:
                found = endpoint.refresh.get(told)
                if found is not None and found.used:  # Somebody stole one of them.
                    endpoint.refresh.clear()
                    endpoint.access.clear()
                return None if found is None or found.used else found

            def authenticate_user(self, _: Refresh) -> str:
                return USER

            def revoke_old_credential(self, refresh: Refresh) -> None:
                refresh.used = True

        return Replacing
