"""Entries reach a receiver: all of them, in order, signed, however often it is away."""

import asyncio
import socket
import struct
import threading
from typing import Any
from uuid import UUID

import httpx
import pytest

from strongroom.room import Strongroom
from tests.conftest import Visit
from tests.egress.receivers import (
    Certificates,
    collector,
    message_of,
    webhook_receiver,
)
from tests.people import found_organization, organization_of


pytestmark = pytest.mark.usefixtures("listed")

STREAMS = "/api/v1/log-streams"


async def new_stream(
    app: httpx.AsyncClient, target: str, made: Certificates, **more: str
) -> dict[str, Any]:
    """Make a stream by the API."""
    form = {"name": "SIEM", "target": target, "authority": made.authority, **more}
    answer = await app.post(STREAMS, json=form)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def write(room: Strongroom, app: httpx.AsyncClient, number: int) -> None:
    """Leave *number* entries, and have them sealed."""
    address = f"/api/v1/organizations/{await organization_of(app)}"
    for each in range(number):
        await app.patch(address, json={"name": f"Name {each}"})
    await room.audit_tree.seal()


async def make_due(room: Strongroom) -> None:
    """Let every pause be over."""
    await room.db.system(reason="end a pause in a test").fetch(
        "update strongroom.log_streams set next_attempt_at = now() returning 1"
    )


async def state_of(app: httpx.AsyncClient) -> dict[str, Any]:
    """Return how the only stream stands."""
    [stream] = (await app.get(STREAMS)).json()
    return dict(stream)


async def test_a_webhook_gets_every_entry_once_and_signed(
    room: Strongroom, app: httpx.AsyncClient, made: Certificates
) -> None:
    """In the log's order, as the export tells them, under an id that names the leaf."""
    await found_organization(room, app)
    await room.audit_tree.seal()
    with webhook_receiver(made) as inbox:
        target = f"https://localhost:{inbox.port}/hook?token=secret"
        inbox.secret = (await new_stream(app, target, made))["secret"]
        await write(room, app, 5)
        assert await room.deliveries.turn() == 6
        assert await room.deliveries.turn() == 0
    bodies = [body for _, body in inbox.taken]
    assert inbox.asked == [f"localhost:{inbox.port}"] * 6
    assert {body["type"] for body in bodies} == {"audit.entry"}
    lines = [body["data"] for body in bodies]
    assert [line["index"] for line in lines] == list(range(1, 7))
    assert lines[0]["entry"]["action"] == "log-stream.create"
    assert len({message for message, _ in inbox.taken}) == 6
    shown = await state_of(app)
    assert (shown["state"], shown["behind"], shown["next_leaf"]) == ("current", 0, 7)
    assert "secret" not in str(shown)


async def test_a_receiver_that_is_away_loses_nothing(
    room: Strongroom, app: httpx.AsyncClient, made: Certificates
) -> None:
    """It breaks off in the middle, is shown as failing, and goes on where it was."""
    await found_organization(room, app)
    await room.audit_tree.seal()
    with webhook_receiver(made) as inbox:
        target = f"https://localhost:{inbox.port}/"
        inbox.secret = (await new_stream(app, target, made))["secret"]
        inbox.limit = 2
        await write(room, app, 4)
        assert await room.deliveries.turn() == 2
        shown = await state_of(app)
        assert (shown["state"], shown["behind"]) == ("failing", 3)
        assert shown["failure"] == "localhost answers 503."
        assert await room.deliveries.turn() == 0, "it does not wait"
        inbox.limit = None
        await make_due(room)
        assert await room.deliveries.turn() == 3
    indexes = [body["data"]["index"] for _, body in inbox.taken]
    assert indexes == [1, 2, 3, 4, 5]
    assert (await state_of(app))["failure"] is None


async def test_nobody_listens_and_the_writer_does_not_notice(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit, made: Certificates
) -> None:
    """One dead stream holds up neither the log nor another organization's stream."""
    other = visit()
    await found_organization(room, app)
    await found_organization(room, other)
    with webhook_receiver(made) as inbox:
        await new_stream(app, "https://localhost:1/", made)
        target = f"https://localhost:{inbox.port}/"
        inbox.secret = (await new_stream(other, target, made))["secret"]
        await write(room, app, 2)
        await write(room, other, 2)
        assert await room.deliveries.turn() >= 3
    shown = await state_of(app)
    assert shown["state"] == "failing"
    assert "localhost did not answer" in shown["failure"]
    assert {each["data"]["entry"]["organization"] for _, each in inbox.taken} == {
        str(await organization_of(other))
    }
    assert (await state_of(other))["state"] == "current"


async def test_a_pause_keeps_the_place(
    room: Strongroom, app: httpx.AsyncClient, made: Certificates
) -> None:
    """Paused nothing is sent; resumed everything is, and both are on record."""
    await found_organization(room, app)
    with webhook_receiver(made) as inbox:
        target = f"https://localhost:{inbox.port}/"
        stream = await new_stream(app, target, made, start="beginning")
        inbox.secret = stream["secret"]
        address = f"{STREAMS}/{stream['id']}"
        assert (await app.patch(address, json={"paused": True})).status_code == 204
        await write(room, app, 1)
        assert await room.deliveries.turn() == 0
        assert (await state_of(app))["state"] == "paused"
        await app.patch(address, json={"paused": False})
        await room.audit_tree.seal()
        assert await room.deliveries.turn() == 5
    actions = [body["data"]["entry"]["action"] for _, body in inbox.taken]
    assert actions == [
        "account.verify",
        "log-stream.create",
        "log-stream.change",
        "organization.rename",
        "log-stream.change",
    ]


async def test_a_receiver_that_is_gone_is_not_asked_again(
    room: Strongroom, app: httpx.AsyncClient, made: Certificates
) -> None:
    """410 pauses the stream (Standard Webhooks); a person lets it go on."""
    await found_organization(room, app)
    with webhook_receiver(made) as inbox:
        inbox.answer = 410
        await new_stream(app, f"https://localhost:{inbox.port}/", made)
        await write(room, app, 1)
        await room.deliveries.turn()
        await make_due(room)
        await room.deliveries.turn()
    assert len(inbox.asked) == 1
    shown = await state_of(app)
    assert (shown["state"], shown["behind"]) == ("paused", 3)


async def test_a_new_secret_signs_beside_the_former(
    room: Strongroom, app: httpx.AsyncClient, made: Certificates
) -> None:
    """A receiver with either secret verifies what comes, so nobody has to hurry."""
    await found_organization(room, app)
    with webhook_receiver(made) as inbox:
        stream = await new_stream(app, f"https://localhost:{inbox.port}/", made)
        new = (await app.post(f"{STREAMS}/{stream['id']}/secret")).json()["secret"]
        assert new != stream["secret"]
        for inbox.secret in (stream["secret"], new):
            before = len(inbox.taken)
            await write(room, app, 1)
            await room.deliveries.turn()
            assert len(inbox.taken) > before
    assert inbox.forged == 0


async def test_a_test_message_tells_how_it_went(
    room: Strongroom, app: httpx.AsyncClient, made: Certificates
) -> None:
    """It moves no cursor, and a failure is an answer and no fault."""
    await found_organization(room, app)
    with webhook_receiver(made) as inbox:
        stream = await new_stream(app, f"https://localhost:{inbox.port}/", made)
        inbox.secret = stream["secret"]
        before = await state_of(app)
        address = f"{STREAMS}/{stream['id']}/test"
        assert (await app.post(address)).json() == {"delivered": True, "failure": None}
        inbox.answer = 500
        failed = (await app.post(address)).json()
    assert failed == {"delivered": False, "failure": "localhost answers 500."}
    assert inbox.taken[0][1]["data"]["entry"]["action"] == "log-stream.test"
    assert (await state_of(app))["next_leaf"] == before["next_leaf"]


async def test_a_certificate_of_a_stranger_gets_nothing(
    room: Strongroom, app: httpx.AsyncClient, made: Certificates
) -> None:
    """Without the receiver's authority its certificate vouches for nobody."""
    await found_organization(room, app)
    with webhook_receiver(made) as inbox, collector(made) as other:
        for name, target in (
            ("a", f"https://localhost:{inbox.port}/"),
            ("b", f"syslog+tls://localhost:{other.port}"),
        ):
            form = {"name": name, "target": target}
            assert (await app.post(STREAMS, json=form)).status_code == 201
        await write(room, app, 1)
        await room.deliveries.turn()
    assert (inbox.asked, other.frames) == ([], [])
    for shown in (await app.get(STREAMS)).json():
        assert "certificate verify failed" in shown["failure"]


@pytest.mark.parametrize("scheme", ["syslog+tls", "syslog+tcp"])
async def test_syslog_gets_every_entry_in_frames(
    room: Strongroom, app: httpx.AsyncClient, made: Certificates, scheme: str
) -> None:
    """RFC 5424 messages, framed by length, one number after the other."""
    await found_organization(room, app)
    with collector(made if scheme == "syslog+tls" else None) as inbox:
        target = f"{scheme}://localhost:{inbox.port}"
        stream = await new_stream(app, target, made, start="beginning", form="ocsf")
        assert stream["secret"] is None
        await app.put("/api/v1/password", json={"current": "x", "new": "x"})
        await room.audit_tree.seal()
        assert await room.deliveries.turn() == 3
    heads, said = zip(*map(message_of, inbox.frames), strict=True)
    assert heads[0].startswith("<109>1 20")
    assert " strongroom.test strongroom - account.verify [meta " in heads[0]
    assert heads[2].startswith("<108>1 "), "a refusal is a warning"
    assert [f'sequenceId="{n}"]' in head for n, head in enumerate(heads, 1)] == [
        True
    ] * 3
    assert [each["metadata"]["sequence"] for each in said] == [0, 1, 2]
    assert {each["class_uid"] for each in said} == {6003}


async def test_a_collector_that_dies_in_the_middle_gets_it_again(
    room: Strongroom, app: httpx.AsyncClient, made: Certificates
) -> None:
    """What nobody confirmed was not taken, though syslog has no answer."""
    await found_organization(room, app)
    port = await _dying_collector(room, app, made)
    shown = await state_of(app)
    assert (shown["state"], shown["next_leaf"]) == ("failing", 0), port


async def _dying_collector(
    room: Strongroom, app: httpx.AsyncClient, made: Certificates
) -> int:
    """Send to a collector that reads a little, and resets the connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = int(listener.getsockname()[1])

        def die() -> None:
            connection, _ = listener.accept()
            connection.recv(10)
            at_once = struct.pack("ii", 1, 0)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
            connection.close()

        thread = threading.Thread(target=die)
        thread.start()
        await new_stream(app, f"syslog+tcp://localhost:{port}", made, start="beginning")
        await write(room, app, 1)
        await room.deliveries.turn()
        thread.join()
    return port


async def test_two_workers_do_not_send_at_once(
    room: Strongroom, app: httpx.AsyncClient, made: Certificates
) -> None:
    """Whoever claimed a stream sends it; the other finds nothing to do."""
    await found_organization(room, app)
    with webhook_receiver(made) as inbox:
        target = f"https://localhost:{inbox.port}/"
        inbox.secret = (await new_stream(app, target, made))["secret"]
        await write(room, app, 3)
        done = await asyncio.gather(*(room.deliveries.turn() for _ in range(4)))
    assert sorted(done)[:3] == [0, 0, 0]
    ids = [message for message, _ in inbox.taken]
    assert len(ids) == len(set(ids)) == sum(done)


async def test_what_is_stored_is_sealed(
    room: Strongroom, app: httpx.AsyncClient, made: Certificates
) -> None:
    """Neither the secret nor the path of the target lies in the row."""
    await found_organization(room, app)
    target = "https://localhost:1/hooks/s3cr3t-path"
    stream = await new_stream(app, target, made)
    [row] = await room.db.system(reason="read a stream in a test").fetch(
        "select * from strongroom.log_streams where id = $1", UUID(stream["id"])
    )
    stored = str(dict(row))
    assert "s3cr3t-path" not in stored
    assert stream["secret"].removeprefix("whsec_") not in stored
    assert row["origin"] == "https://localhost:1"
