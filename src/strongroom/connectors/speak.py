"""Speaks to a service with a secret, and tells what came back without it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import msgspec

from strongroom.egress import Answer, HostRefused, HostUnreachable, Login, Outside
from strongroom.kernel import Secret
from strongroom.redaction import without

from . import requests
from .dsn import parse_dsn
from .errors import ArgumentInvalid
from .kinds import Fields, Kind


@dataclass(frozen=True, slots=True)
class Tested:
    """How a test of the connection went."""

    works: bool
    said: str


@dataclass(frozen=True, slots=True)
class Used:
    """What a use gave back, without the secret in any form."""

    status: int
    content_type: str
    body: str
    cut: bool = False
    masked: int = 0
    """How often the secret stood in it."""


class Token(msgspec.Struct, frozen=True):
    """What a token endpoint answers (RFC 6749 §5.1). It never shows the token."""

    access_token: str

    def __repr__(self) -> str:
        """Show that something is hidden."""
        return "Token(•••)"


class Connectors:
    """Every kind of service, spoken to through one way out."""

    def __init__(self, outside: Outside) -> None:
        """Speak by *outside*."""
        self.gate, self._outside = outside.gate, outside

    def prepared(
        self, kind: Kind, fields: Fields, secret: Secret, verb: str, given: Fields
    ) -> Callable[[], Awaitable[Used]]:
        """Return the work of a verb, ready to be done; nothing is sent yet.

        Raises:
            ArgumentInvalid: the kind has no such verb, or it cannot be sent.

        """
        if verb not in kind.verbs:
            words = f"One of {', '.join(kind.verbs)}." if kind.verbs else "It has none."
            raise ArgumentInvalid(fields={"verb": words})
        if kind.means == "smtp":
            message = requests.message(fields, given)
            server = requests.mail_server(fields, secret)

            async def send() -> Used:
                await self._outside.mail(server, message)
                return Used(250, "", "")

            return send
        requests.request(kind, fields, "", given)

        async def ask() -> Used:
            return await self._ask(kind, fields, secret, given)

        return ask

    async def test(self, kind: Kind, fields: Fields, secret: Secret) -> Tested:
        """Try the connection; that it does not work is an answer, not a refusal.

        Raises:
            EgressRefused: the host may not be reached.

        """
        try:
            return await self._try(kind, fields, secret)
        except (HostUnreachable, HostRefused) as failed:
            return Tested(works=False, said=str(failed))

    async def _try(self, kind: Kind, fields: Fields, secret: Secret) -> Tested:
        host = requests.destination(kind, fields, secret)
        signed_in = Tested(works=True, said=f"{host} accepts the sign-in.")
        if kind.means == "smtp":
            await self._outside.mail(requests.mail_server(fields, secret), None)
            return signed_in
        if kind.means == "postgres":
            found = parse_dsn(kind, secret)
            login = Login(found.user, found.password, found.database)
            for each, port in found.hosts:
                await self._outside.sign_in(each, port, login)
            return signed_in
        if kind.means == "mongodb":
            for each, port in parse_dsn(kind, secret).hosts:
                await self._outside.reach(each, port)
            said = f"{host} answers over TLS. The sign-in is not tried."
            return Tested(works=True, said=said)
        used = await self._ask(kind, fields, secret, requests.probe(kind, fields))
        return verdict(host, used.status)

    async def _ask(
        self, kind: Kind, fields: Fields, secret: Secret, given: Fields
    ) -> Used:
        header = requests.carried(kind, fields, secret)
        if kind.means == "oauth":
            header = await self._token(fields, secret)
        asked = requests.request(kind, fields, header, given)
        answer = await self._outside.ask(asked)
        bare = header.removeprefix("Bearer ").removeprefix("Basic ")
        return told(answer, secret.reveal(), bare)

    async def _token(self, fields: Fields, secret: Secret) -> str:
        """Return the header with a fresh access token (RFC 6749 §4.4)."""
        answer = await self._outside.ask(requests.token_request(fields, secret))
        try:
            token = msgspec.json.decode(answer.body, type=Token)
        except msgspec.DecodeError:
            words = f"The token address answers {answer.status}, without a token."
            raise HostRefused(words) from None
        return f"Bearer {token.access_token}"


def told(answer: Answer, *secrets: str) -> Used:
    """Return what a person is told of *answer*: never one of *secrets*, in any form."""
    body, masked = without(answer.body, secrets)
    text = body.decode("utf-8", "replace")
    kind = without(answer.content_type.encode(), secrets)[0].decode("utf-8", "replace")
    return Used(answer.status, kind, text, cut=answer.cut, masked=masked)


def verdict(host: str, status: int) -> Tested:
    """Return what a test's status says."""
    if status in {401, 403}:
        return Tested(works=False, said=f"{host} answers {status}: it is not accepted.")
    if status >= 400:  # noqa: PLR2004
        return Tested(works=False, said=f"{host} answers {status}.")
    return Tested(works=True, said=f"{host} answers {status}.")
