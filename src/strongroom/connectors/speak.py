"""Speaks to a service with a secret, and tells what came back without it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol

from strongroom.egress import Answer, HostRefused, HostUnreachable, Login, Outside
from strongroom.kernel import Secret
from strongroom.redaction import without

from . import requests
from .dsn import parse_dsn
from .errors import ArgumentInvalid
from .kinds import Fields, Kind
from .tokens import Token, parts_of, read_token, token_request


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


class Renew(Protocol):
    """Lends the access token of a credential: the last one, or a *fresh* one."""

    async def __call__(self, *, fresh: bool) -> Secret:
        """Return the token."""


async def no_tokens(*, fresh: bool) -> Secret:
    """Lend none: for kinds whose secret travels itself."""
    message = f"nobody keeps access tokens here, fresh: {fresh}"
    raise LookupError(message)


class Connectors:
    """Every kind of service, spoken to through one way out."""

    def __init__(self, outside: Outside) -> None:
        """Speak by *outside*."""
        self.gate, self._outside = outside.gate, outside

    def prepared(
        self,
        kind: Kind,
        fields: Fields,
        secret: Secret,
        verb: str,
        given: Fields,
        renew: Renew = no_tokens,
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
            return await self._ask(kind, fields, secret, given, renew)

        return ask

    async def test(
        self, kind: Kind, fields: Fields, secret: Secret, renew: Renew = no_tokens
    ) -> Tested:
        """Try the connection; that it does not work is an answer, not a refusal.

        Raises:
            EgressRefused: the host may not be reached.

        """
        try:
            return await self._try(kind, fields, secret, renew)
        except (HostUnreachable, HostRefused) as failed:
            return Tested(works=False, said=str(failed))

    async def exchange(self, kind: Kind, fields: Fields, secret: Secret) -> Token:
        """Return a fresh access token.

        Raises:
            EgressRefused: the host may not be reached.
            HostUnreachable: the host did not answer.
            HostRefused: it gives none; says why.

        """
        answer = await self._outside.ask(token_request(kind, fields, secret))
        return read_token(kind, secret, answer)

    async def _try(
        self, kind: Kind, fields: Fields, secret: Secret, renew: Renew
    ) -> Tested:
        host = requests.destination(kind, fields, secret)
        signed_in = Tested(works=True, said=f"{host} accepts the sign-in.")
        if kind.means == "smtp":
            await self._outside.mail(requests.mail_server(fields, secret), None)
            return signed_in
        if kind.means == "postgres":
            found = parse_dsn(kind, secret)
            login = Login(found.user, found.password, found.database)
            for each, port in found.hosts:
                await self._outside.sign_in_to_postgres(each, port, login)
            return signed_in
        if kind.means == "mongodb":
            found = parse_dsn(kind, secret)
            login = Login(found.user, found.password, found.source)
            for each, port in found.hosts:
                await self._outside.sign_in_to_mongodb(each, port, login)
            return signed_in
        if kind.is_exchanged:  # The credential is tried, not a token of before.
            await renew(fresh=True)
        given = requests.probe(kind, fields)
        used = await self._ask(kind, fields, secret, given, renew)
        return verdict(host, used.status)

    async def _ask(
        self,
        kind: Kind,
        fields: Fields,
        secret: Secret,
        given: Fields,
        renew: Renew,
    ) -> Used:
        if kind.is_exchanged:
            return await self._ask_by_token(kind, fields, secret, given, renew)
        header = requests.carried(kind, fields, secret)
        asked = requests.request(kind, fields, header, given)
        answer = await self._outside.ask(asked)
        bare = header.removeprefix("Bearer ").removeprefix("Basic ")
        return told(answer, secret.reveal(), bare)

    async def _ask_by_token(
        self, kind: Kind, fields: Fields, secret: Secret, given: Fields, renew: Renew
    ) -> Used:
        """Ask with an access token; one that ended early is replaced once."""
        token, answer = await self._with_token(kind, fields, given, renew, fresh=False)
        if answer.status == HTTPStatus.UNAUTHORIZED:
            asked = self._with_token(kind, fields, given, renew, fresh=True)
            token, answer = await asked
        hidden = [each for each in parts_of(kind, secret) if each]
        return told(answer, *hidden, token.reveal())

    async def _with_token(
        self, kind: Kind, fields: Fields, given: Fields, renew: Renew, *, fresh: bool
    ) -> tuple[Secret, Answer]:
        token = await renew(fresh=fresh)
        header = f"Bearer {token.reveal()}"
        asked = requests.request(kind, fields, header, given)
        return token, await self._outside.ask(asked)


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
