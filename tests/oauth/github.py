"""A double of GitHub: OAuth and REST as its manual documents them, and no more.

"Authorizing OAuth apps", "Troubleshooting OAuth app access token request errors" and
the REST API's "Users" and "Emails" pages. It is at the addresses of a GitHub Enterprise
Server, whose API lies below ``/api/v3``. Unlike the standard (RFC 6749 §5.2), a refused
code is answered by 200.
"""

import secrets
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlencode

import flask
import httpx

from strongroom.oidc import challenge_of
from strongroom.server.tls import local_files, server_context

from .foreign import Street, serving


Emails = list[dict[str, Any]]
Answer = tuple[flask.Response, int] | flask.Response


def address(email: str, *, primary: bool = True, verified: bool = True) -> Emails:
    """Return an address as ``GET /user/emails`` tells one."""
    told = {"email": email, "primary": primary, "verified": verified}
    return [told | {"visibility": "private" if primary else None}]


@dataclass
class GitHub:
    """People with numbers and addresses; codes and tokens that are out."""

    trust: ssl.SSLContext
    url: str = ""
    client_id: str = field(default_factory=lambda: secrets.token_hex(10))
    client_secret: str = field(default_factory=lambda: secrets.token_hex(20))
    people: dict[str, tuple[int, Emails]] = field(default_factory=dict)
    """Number and addresses of each by their login, which may change."""

    codes: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)
    tokens: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Login and scope of each."""

    @classmethod
    @contextmanager
    def listening(cls, place: Street) -> Iterator[Self]:
        """Listen over TLS until the context ends."""
        github = cls(place.trust)
        context = server_context(local_files(place.data), "1.2")
        with serving(github.app(), context) as port:
            github.url = f"https://localhost:{port}"
            yield github

    def sign_in(self, asked: str, login: str = "") -> str:
        """Sign its form at *asked* as *login*, or cancel; return where that leads."""
        form = {"login": login} if login else {}
        with httpx.Client(verify=self.trust, trust_env=False) as person:
            return str(person.post(asked, data=form).headers["location"])

    def app(self) -> flask.Flask:
        """Return its four addresses."""
        app = flask.Flask("github")
        app.post("/login/oauth/authorize")(self.authorize)
        app.post("/login/oauth/access_token")(self.exchange)
        app.get("/api/v3/user")(self.user)
        app.get("/api/v3/user/emails")(self.emails)
        return app

    def authorize(self) -> Any:
        """Answer its own form, which a person signed or cancelled."""
        asked, login = flask.request.args, flask.request.form.get("login")
        if asked["client_id"] != self.client_id:
            return flask.Response(status=404)
        told = {"state": asked["state"]}
        if login is None:
            no = {"error": "access_denied"}
            return flask.redirect(f"{asked['redirect_uri']}?{urlencode(no | told)}")
        code = secrets.token_hex(10)
        self.codes[code] = (login, dict(asked))
        back = urlencode({"code": code} | told)
        return flask.redirect(f"{asked['redirect_uri']}?{back}")

    def exchange(self) -> Answer:
        """Give a token for a code, once; say no by 200 and a word."""
        form = flask.request.form
        if (form["client_id"], form["client_secret"]) != (
            self.client_id,
            self.client_secret,
        ):
            return self._say({"error": "incorrect_client_credentials"})
        login, asked = self.codes.pop(form["code"], ("", {}))
        proved = challenge_of(form.get("code_verifier", ""))
        if not login or asked["code_challenge"] != proved:
            return self._say({"error": "bad_verification_code"})
        if asked["redirect_uri"] != form["redirect_uri"]:
            return self._say({"error": "redirect_uri_mismatch"})
        token = f"gho_{secrets.token_hex(18)}"
        scope = ",".join(asked["scope"].split())
        self.tokens[token] = (login, scope)
        return self._say(
            {"access_token": token, "scope": scope, "token_type": "bearer"}
        )

    def user(self) -> Answer:
        """Tell who the token's owner is."""
        login, _ = self._bearer()
        number, _ = self.people[login]
        return flask.jsonify({"login": login, "id": number, "type": "User"})

    def emails(self) -> Answer:
        """Tell the owner's addresses, if the token may know them."""
        login, scope = self._bearer()
        if "user:email" not in scope.split(","):
            return flask.jsonify({"message": "Not Found"}), 404
        return flask.jsonify(self.people[login][1])

    def _bearer(self) -> tuple[str, str]:
        headers = flask.request.headers
        if not headers.get("user-agent"):  # Its API refuses programs without a name.
            flask.abort(403)
        token = headers["authorization"].removeprefix("Bearer ")
        if token not in self.tokens:
            flask.abort(401)
        return self.tokens[token]

    def _say(self, told: dict[str, str]) -> flask.Response:
        """Answer as a form, unless JSON is asked for."""
        if flask.request.headers.get("accept") == "application/json":
            return flask.jsonify(told)
        kind = "application/x-www-form-urlencoded"
        return flask.Response(urlencode(told), content_type=kind)
