"""Signing in to a MongoDB: over TLS, by SCRAM, and past no gate."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import bson
import pytest
from pymongo import AsyncMongoClient
from pymongo.errors import OperationFailure
from pymongo.server_api import ServerApi

from strongroom.connectors import KINDS, Connectors
from strongroom.egress import Gate, Outside, only_listed
from strongroom.kernel import Secret
from tests.egress.names import LOCAL

from .mongo_server import HEAD, MECHANISMS, Mongo, mongo_listening
from .test_services import ipv4


USER, PASSWORD = "ada", "quiet lantern=by,the sea"
WRITTEN = "quiet%20lantern%3Dby%2Cthe%20sea"
KIND = KINDS["mongodb"]


@pytest.fixture
async def mongo(tmp_path: Path) -> AsyncIterator[Mongo]:
    """Lend a MongoDB that knows one user."""
    async with mongo_listening(tmp_path / "mongo", USER, PASSWORD) as listening:
        yield listening


async def tried(
    mongo: Mongo, password: str = WRITTEN, tail: str = "/"
) -> tuple[bool, str]:
    """Return whether a test of the connection works, and what it says."""
    outside = Outside(Gate(only_listed(LOCAL), resolve=ipv4), [mongo.authority])
    secret = Secret(f"mongodb://{USER}:{password}@localhost:{mongo.port}{tail}")
    told = await Connectors(outside).test(KIND, {}, secret)
    return told.works, told.said


@pytest.mark.parametrize("mechanism", MECHANISMS)
async def test_whoever_knows_the_password_is_let_in(
    mongo: Mongo, mechanism: str
) -> None:
    """By either way; a wrong one is told by its code, and by nothing that was sent."""
    mongo.mechanism = mechanism
    at = f"localhost:{mongo.port}"
    assert await tried(mongo) == (True, f"{at} accepts the sign-in.")
    no = (False, "localhost answers 18: AuthenticationFailed.")
    assert await tried(mongo, "quiet-lantern") == no
    assert mongo.signed_in == ["admin"]


@pytest.mark.parametrize("mechanism", MECHANISMS)
async def test_the_driver_itself_signs_in_to_this_double(
    mongo: Mongo, mechanism: str
) -> None:
    """So that what is spoken here is MongoDB's, and not only ours."""
    mongo.mechanism = mechanism
    for password, works in ((PASSWORD, True), ("quiet-lantern", False)):
        client: AsyncMongoClient[dict[str, object]] = AsyncMongoClient(
            "localhost",
            mongo.port,
            username=USER,
            password=password,
            directConnection=True,
            tls=True,
            tlsCAFile=str(mongo.authority),
            server_api=ServerApi("1"),
            serverSelectionTimeoutMS=5_000,
        )
        async with client:
            if works:
                assert (await client.admin.command("ping"))["ok"] == 1
            else:
                with pytest.raises(OperationFailure):
                    await client.admin.command("ping")


@pytest.mark.parametrize(
    ("tail", "source"),
    [
        ("/", "admin"),
        ("/shop", "shop"),
        ("/shop?authSource=people", "people"),
    ],
)
async def test_the_user_is_looked_for_where_the_string_says(
    mongo: Mongo, tail: str, source: str
) -> None:
    """In ``authSource``, else in the database, else in ``admin``."""
    mongo.source = source
    assert (await tried(mongo, tail=tail))[0]
    assert mongo.signed_in == [source]


async def test_an_older_server_ends_by_an_empty_turn(mongo: Mongo) -> None:
    """Which is taken before anything is called good."""
    mongo.empty_turn = True
    assert (await tried(mongo))[0]


async def test_a_host_that_does_not_know_the_password_is_not_believed(
    mongo: Mongo,
) -> None:
    """It says yes, and cannot prove that it kept what the password made."""

    def forge(answer: bytes) -> bytes:
        at = answer.find(b"v=")
        return answer if at < 0 else answer[: at + 2] + b"AAAA" + answer[at + 6 :]

    mongo.bend = forge
    no = "localhost does not prove that it knows the password."
    assert await tried(mongo) == (False, no)


async def test_work_without_end_is_not_done_for_a_host(mongo: Mongo) -> None:
    """A million rounds would be the host's to ask for, and ours to pay."""
    mongo.iterations = 1_000_000
    no = "localhost did not answer: ProtocolBroken."
    assert await tried(mongo) == (False, no)


def saying(**words: Any) -> bytes:
    """Return a message that holds *words*, and a yes."""
    body = bson.encode({"ok": 1, **words})
    return HEAD.pack(HEAD.size + len(body), 1, 1, 2013, 0, 0) + body


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n" + bytes(80),
        HEAD.pack(2_000_000_000, 1, 1, 2013, 0, 0),
        HEAD.pack(-1, 1, 1, 2013, 0, 0),
        HEAD.pack(5, 1, 1, 2013, 0, 0) + bytes(8),
        HEAD.pack(HEAD.size + 8, 1, 1, 2013, 0, 0) + b"\xff" * 8,
        HEAD.pack(HEAD.size + 5, 1, 1, 2013, 0, 0) + b"\x05\0\0\0\0",
        saying(saslSupportedMechs=5),
        saying(saslSupportedMechs=None),
        saying(saslSupportedMechs="SCRAM-SHA-1"),
        saying(saslSupportedMechs=[5], payload=b"\xff"),
        saying(saslSupportedMechs=[5], payload=b"r=a"),
    ],
)
async def test_what_is_no_mongodb_is_called_none(mongo: Mongo, answer: bytes) -> None:
    """Whatever it says; nothing of it is told, and no more of it is read."""
    mongo.bend = lambda _: answer
    works, said = await tried(mongo)
    assert not works
    assert said.startswith("localhost ")
    assert "HTTP" not in said
