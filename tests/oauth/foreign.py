"""Providers of somebody else's make: OpenID Connect over TLS on the loopback address.

The implementation is oidc-provider-mock on Authlib, of which nothing is ours. It is
honest; where a test wants an ID token that was bent on its way, it bends it itself.
"""

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import flask
import httpx
from oidc_provider_mock import app as provider_app
from werkzeug.serving import WSGIRequestHandler, make_server

from strongroom.server.data_folder import DataFolder
from strongroom.server.options import Options
from strongroom.server.tls import ensure_certificates, local_files, server_context


Bend = Callable[[str], str]


class Quiet(WSGIRequestHandler):
    """Serves without a line for each request."""

    def log_request(self, *_: object) -> None:
        """Say nothing."""


@dataclass
class Foreign:
    """A provider: where it is, how it is trusted, and what it calls us."""

    url: str
    trust: ssl.SSLContext
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    bend: Bend | None = None
    """What somebody on the way makes of an ID token."""

    tells: dict[str, object] | None = None
    """What its UserInfo endpoint says instead."""

    def visitor(self) -> httpx.Client:
        """Return somebody who comes to it over TLS."""
        return httpx.Client(base_url=self.url, verify=self.trust, trust_env=False)

    def register(self, back: str, method: str) -> None:
        """Become its client by dynamic registration (RFC 7591), sent to *back*."""
        wanted = {"redirect_uris": [back], "token_endpoint_auth_method": method}
        with self.visitor() as visitor:
            told = visitor.post("/oauth2/clients", json=wanted).raise_for_status()
        self.client_id = told.json()["client_id"]
        self.client_secret = told.json()["client_secret"]

    def know(self, subject: str, email: str, **claims: object) -> None:
        """Have an account there, whose address is verified unless *claims* differ."""
        told = {"email": email, "email_verified": True, **claims}
        with self.visitor() as visitor:
            visitor.put(f"/users/{subject}", json=told).raise_for_status()

    def sign_in(self, asked: str, **form: str) -> str:
        """Answer its form at *asked*, and return where the browser is sent to."""
        with self.visitor() as visitor:
            answer = visitor.post(asked, data=form)
        assert answer.status_code == httpx.codes.FOUND, answer.text
        return str(answer.headers["location"])

    def public_key(self) -> dict[str, Any]:
        """Return the key by which it signs, as everybody may know it."""
        with self.visitor() as visitor:
            found = visitor.get("/jwks").raise_for_status().json()["keys"]
        return dict(found[0])


@dataclass(frozen=True)
class Street:
    """Where providers are opened: one certificate, one authority."""

    data: DataFolder
    opened: ExitStack
    host: str = "localhost"
    """How the providers are called; another site than ours where a browser comes."""

    def open(self, back: str, method: str, **options: Any) -> Foreign:
        """Open a provider and become its client, whom it sends *back*."""
        context = server_context(local_files(self.data), "1.2")
        foreign = Foreign("", self.trust)
        app = provider_app(require_client_registration=True, **options)
        app.after_request(bending(foreign))
        port = self.opened.enter_context(serving(app, context))
        foreign.url = f"https://{self.host}:{port}"
        foreign.register(back, method)
        return foreign

    @property
    def trust(self) -> ssl.SSLContext:
        """How a visitor speaks to the providers who trusts their authority only."""
        return ssl.create_default_context(cafile=str(self.authority))

    @property
    def authority(self) -> Path:
        """Who signed the certificate of every provider here."""
        return self.data.certificate_authority


@contextmanager
def street(folder: Path, host: str = "localhost") -> Iterator[Street]:
    """Lend a place for providers; they close with it."""
    data = DataFolder(folder)
    data.create()
    ensure_certificates(Options(data=str(folder)), data)
    with ExitStack() as opened:
        yield Street(data, opened, host)


@contextmanager
def serving(app: flask.Flask, context: ssl.SSLContext) -> Iterator[int]:
    """Serve *app* over TLS until the context ends; yield the port."""
    server = make_server(
        "127.0.0.1",
        0,
        app,
        threaded=True,
        request_handler=Quiet,
        ssl_context=context,
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def bending(foreign: Foreign) -> Callable[[flask.Response], flask.Response]:
    """Return what bends the ID token of an answer, where somebody wants it bent."""

    def bend(answer: flask.Response) -> flask.Response:
        told = answer.get_json() if answer.is_json else {}
        if foreign.bend is not None and "id_token" in told:
            bent = told | {"id_token": foreign.bend(told["id_token"])}
            answer.set_data(json.dumps(bent))
        if foreign.tells is not None and flask.request.path == "/userinfo":
            answer.set_data(json.dumps(foreign.tells))
        return answer

    return bend


SECONDS_PAST_LEEWAY = timedelta(seconds=-120)
"""The age of a token that ended longer ago than clocks may differ."""
