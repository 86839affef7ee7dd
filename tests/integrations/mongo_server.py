"""A MongoDB of somebody else's: its wire protocol over TLS, and sign-in by SCRAM.

An honest double, for no package holds a server of it: the driver itself signs in to it
(`test_mongodb.py`). It keeps one user and no data.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from struct import Struct
from typing import Any

import bson
from scramp import ScramException, ScramMechanism

from strongroom.egress import Login
from strongroom.egress.mongodb import OP_MSG, SHA_1, SHA_256, secret_of
from strongroom.kernel import Secret

from .hosts import certified


HEAD = Struct("<iiiiIB")
MECHANISMS = (SHA_1, SHA_256)
HELLO = {
    "isWritablePrimary": True,
    "maxBsonObjectSize": 16_777_216,
    "maxMessageSizeBytes": 48_000_000,
    "maxWriteBatchSize": 100_000,
    "minWireVersion": 0,
    "maxWireVersion": 25,
}
Document = dict[str, Any]
Bend = Callable[[bytes], bytes]


@dataclass
class Mongo:
    """Where it listens, whom it knows, and how it misbehaves if a test wants it to."""

    port: int
    authority: Path
    user: str
    password: str
    mechanism: str = SHA_256
    source: str = "admin"
    iterations: int = 15_000
    bend: Bend | None = None
    """What becomes of each answer's bytes."""
    empty_turn: bool = False
    """Whether a sign-in ends by an empty turn, as before MongoDB 4.4."""
    signed_in: list[str] = field(default_factory=list)
    """The database by which each good sign-in went."""


class Visit:
    """One connection to it."""

    def __init__(self, mongo: Mongo) -> None:
        """Begin as a stranger."""
        self._mongo, self._in = mongo, False
        self._scram: Any = None

    def answer(self, asked: Mapping[str, Any]) -> Document:
        """Return what a command is answered."""
        name = next(iter(asked))
        if name in {"hello", "isMaster", "ismaster"}:
            return HELLO | {"saslSupportedMechs": [self._mongo.mechanism], "ok": 1.0}
        if name == "saslStart":
            return self._start(asked)
        if name == "saslContinue":
            return self._go_on(asked)
        if name == "ping" and not self._in:
            return no(13, "Unauthorized")
        return {"ok": 1.0}

    def _start(self, asked: Mapping[str, Any]) -> Document:
        mongo = self._mongo
        if (asked["mechanism"], asked["$db"]) != (mongo.mechanism, mongo.source):
            return no(18, "AuthenticationFailed")
        self._scram = ScramMechanism(mongo.mechanism).make_server(self._verifier)
        try:
            self._scram.set_client_first(asked["payload"].decode())
        except ScramException:
            return no(18, "AuthenticationFailed")
        return self._turn(self._scram.get_server_first(), done=False)

    def _go_on(self, asked: Mapping[str, Any]) -> Document:
        if not asked["payload"]:
            return self._turn("", done=True)
        try:
            self._scram.set_client_final(asked["payload"].decode())
        except ScramException:
            return no(18, "AuthenticationFailed")
        self._in = True
        self._mongo.signed_in.append(asked["$db"])
        done = not self._mongo.empty_turn
        return self._turn(self._scram.get_server_final(), done=done)

    def _verifier(self, user: str) -> Any:
        mongo = self._mongo
        if user != mongo.user:
            raise ScramException(user)
        kept = Login(mongo.user, Secret(mongo.password), mongo.source)
        secret = secret_of(mongo.mechanism, kept)
        mechanism = ScramMechanism(mongo.mechanism)
        return mechanism.make_auth_info(secret, iteration_count=mongo.iterations)

    def _turn(self, payload: str, *, done: bool) -> Document:
        turn = {"conversationId": 1, "done": done, "payload": payload.encode()}
        return turn | {"ok": 1.0}


def no(code: int, name: str) -> Document:
    """Return a refusal as MongoDB writes one."""
    told = {"errmsg": "Authentication failed for ada@admin", "code": code}
    return {"ok": 0.0, **told, "codeName": name}


@asynccontextmanager
async def mongo_listening(
    folder: Path, user: str, password: str
) -> AsyncIterator[Mongo]:
    """Serve until the context ends."""
    context, authority = certified(folder)
    mongo = Mongo(0, authority, user, password)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visit = Visit(mongo)
        while asked := await _read(reader):
            number, document = asked
            body = bson.encode(visit.answer(document))
            length = HEAD.size + len(body)
            answer = HEAD.pack(length, 1, number, OP_MSG, 0, 0) + body
            writer.write(mongo.bend(answer) if mongo.bend else answer)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    mongo.port = server.sockets[0].getsockname()[1]
    async with server:
        yield mongo


async def _read(reader: asyncio.StreamReader) -> tuple[int, Document] | None:
    try:
        head = await reader.readexactly(HEAD.size)
        length, number, *_ = HEAD.unpack(head)
        return number, bson.decode(await reader.readexactly(length - HEAD.size))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None  # The visitor went away.
