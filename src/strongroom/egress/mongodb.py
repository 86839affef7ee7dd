"""Signing in to a MongoDB of others, at an address that the gate has judged.

By its wire protocol: commands as BSON in OP_MSG, and SCRAM (RFC 5802, RFC 7677), in
which the server proves that it knows the password as well. The driver itself would ask
the server for further hosts and go there, past the gate.
"""

import asyncio
import hashlib
import re
import ssl
from collections.abc import Mapping
from struct import Struct
from typing import Any, Final

import bson
from bson.errors import BSONError
from scramp import ScramClient, ScramException

from .databases import TIMEOUT_SECONDS, Login, unreachable
from .errors import HostRefused
from .gate import Gate


OP_MSG: Final = 2013
LONGEST_ANSWER: Final = 64 * 1024
MOST_ITERATIONS: Final = 200_000
"""A host that asks for more wants our processor; MongoDB's own default is 15 000."""

SHA_1, SHA_256 = "SCRAM-SHA-1", "SCRAM-SHA-256"
CHECKSUM: Final = 1
"""The flag of an answer with four bytes of CRC-32C behind it."""

_HEAD = Struct("<iiiiIB")
"""Length, request, answered request, operation; flags, and the kind of a section."""
_WORD = re.compile(r"[A-Za-z]{1,60}")


class ProtocolBroken(Exception):
    """The host does not speak as a MongoDB does."""


class CommandRefused(Exception):
    """The host says no; the text is its code and the code's name."""


class Wire:
    """One connection, and one command at a time."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Speak over an open connection."""
        self._reader, self._writer = reader, writer

    async def ask(self, database: str, command: Mapping[str, Any]) -> dict[str, Any]:
        """Return what *command* is answered in *database*.

        Raises:
            CommandRefused: the answer is a no.
            ProtocolBroken: it is none.
            BSONError: its body is no BSON.

        """
        asked = bson.encode({**command, "$db": database})
        head = _HEAD.pack(_HEAD.size + len(asked), 1, 0, OP_MSG, 0, 0)
        self._writer.write(head + asked)
        answer = bson.decode(await self._body())
        if answer.get("ok") != 1:
            raise CommandRefused(code_of(answer))
        return answer

    async def _body(self) -> bytes:
        head = await self._reader.readexactly(_HEAD.size)
        length, _, _, operation, flags, kind = _HEAD.unpack(head)
        if (operation, kind) != (OP_MSG, 0) or not 0 < length <= LONGEST_ANSWER:
            raise ProtocolBroken
        body = await self._reader.readexactly(length - _HEAD.size)
        return body[:-4] if flags & CHECKSUM else body


async def sign_in(
    gate: Gate, context: ssl.SSLContext, host: str, port: int, login: Login
) -> None:
    """Sign in over verified TLS to the database that knows the user.

    Raises:
        EgressRefused: the gate does not let it out.
        HostUnreachable: nobody answers as a MongoDB does, over verified TLS.
        HostRefused: the server refuses the sign-in, or does not know the password.

    """
    address = await gate.admit(host, port)
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            reader, writer = await asyncio.open_connection(
                address, port, ssl=context, server_hostname=host
            )
            try:
                await _prove(Wire(reader, writer), login)
            finally:
                writer.close()
    except CommandRefused as refused:
        words = f"{host} answers {refused}."
        raise HostRefused(words) from None
    except ScramException:
        words = f"{host} does not prove that it knows the password."
        raise HostRefused(words) from None
    except (OSError, EOFError, ValueError, BSONError, ProtocolBroken) as failed:
        raise unreachable(host, failed) from None


async def _prove(wire: Wire, login: Login) -> None:
    """Prove the password, and have it proved (RFC 5802 §3)."""
    mechanism = await _mechanism(wire, login)
    scram = ScramClient([mechanism], login.user, secret_of(mechanism, login))
    first = scram.get_client_first().encode()
    told = await wire.ask(
        login.database, {"saslStart": 1, "mechanism": mechanism, "payload": first}
    )
    scram.set_server_first(_payload(told))
    if int(scram.iterations) > MOST_ITERATIONS:
        raise ProtocolBroken
    final = await asyncio.to_thread(scram.get_client_final)
    onward = {"saslContinue": 1, "conversationId": told.get("conversationId")}
    told = await wire.ask(login.database, {**onward, "payload": final.encode()})
    scram.set_server_final(_payload(told))
    if not told.get("done"):  # Before MongoDB 4.4 an empty turn ends it.
        await wire.ask(login.database, {**onward, "payload": b""})


async def _mechanism(wire: Wire, login: Login) -> str:
    """Return the strongest way that the server has for this user."""
    user = f"{login.database}.{login.user}"
    told = await wire.ask("admin", {"hello": 1, "saslSupportedMechs": user})
    known = told.get("saslSupportedMechs", [])
    if not isinstance(known, list):
        raise ProtocolBroken
    return SHA_1 if SHA_1 in known and SHA_256 not in known else SHA_256


def secret_of(mechanism: str, login: Login) -> str:
    """Return what stands for the password: the older way takes a hash of it."""
    password = login.password.reveal()
    if mechanism == SHA_256:
        return password
    named = f"{login.user}:mongo:{password}".encode()
    # The protocol's own, and no protection: the older way is as strong as SCRAM is.
    return hashlib.md5(named, usedforsecurity=False).hexdigest()


def code_of(answer: Mapping[str, Any]) -> str:
    """Return an error's code and its name, and nothing else that a host made up."""
    code, name = answer.get("code"), answer.get("codeName")
    named = isinstance(name, str) and _WORD.fullmatch(name)
    return (
        f"{code if isinstance(code, int) else 'an error'}{f': {name}' if named else ''}"
    )


def _payload(told: Mapping[str, Any]) -> str:
    payload = told.get("payload")
    if not isinstance(payload, bytes):
        raise ProtocolBroken
    return payload.decode("ascii")
