"""Mail leaves by real SMTP, later, and its links do not stay behind."""

import ssl
from pathlib import Path

import pytest

from strongroom.kernel import CANARIES, NotFound, new_id
from strongroom.outbox import Mail, Outbox, OutboxSettings
from strongroom.outbox.policy import delay_after
from strongroom.room import Strongroom
from strongroom.server.certificates import ensure_local_certificate

from .sink import mail_server


@pytest.fixture(autouse=True)
async def empty(room: Strongroom) -> None:
    """Let no mail of another test be due."""
    async with room.db.system(reason="test the outbox") as tx:
        await tx.execute("delete from strongroom.mails")


async def post(room: Strongroom, outbox: Outbox, recipient: str, body: str) -> None:
    """Put a mail in the outbox, in a transaction of its own."""
    async with room.db.system(reason="test the outbox") as tx:
        await outbox.post(tx, recipient, "A subject", body)


async def newest_to(outbox: Outbox, recipient: str) -> Mail:
    """Return the newest mail to *recipient*."""
    return next(each for each in await outbox.newest() if each.recipient == recipient)


def local(port: int) -> OutboxSettings:
    """Return settings for a plain mail server on this machine."""
    return OutboxSettings(smtp_host="127.0.0.1", smtp_port=port, smtp_tls="none")


async def test_mail_to_canaries_hides_nobodys(room: Strongroom) -> None:
    """Proofs write all the time; whoever looks for a link finds the people's mail."""
    outbox = room.outbox
    await post(room, outbox, "somebody@example.invalid", "a link")
    for _ in range(3):
        await post(room, outbox, f"canary-a-owner{CANARIES}", "a notice")
    assert [each.recipient for each in await outbox.newest(2)] == [
        "somebody@example.invalid"
    ]


async def test_a_mail_is_delivered_and_its_text_forgotten(room: Strongroom) -> None:
    """The server receives what was written, and the row keeps no link."""
    recipient = f"{new_id().hex}@example.org"
    with mail_server() as (sink, port):
        outbox = Outbox(room.db, local(port))
        await post(room, outbox, recipient, "https://strongroom.test/verify?token=abc")
        assert await outbox.deliver_next()
        assert not await outbox.deliver_next()
    assert [each["To"] for each in sink.received] == [recipient]
    assert "token=abc" in sink.received[0].get_payload(decode=True).decode()  # type: ignore[union-attr]
    mail = await newest_to(outbox, recipient)
    assert mail.sent_at is not None
    assert mail.body is None


async def test_starttls_is_verified_before_anything_is_sent(
    room: Strongroom, tmp_path: Path
) -> None:
    """A server whose certificate nobody vouches for receives nothing."""
    files = ensure_local_certificate(tmp_path / "ca.pem", tmp_path, ["localhost"])
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(files.certificate, files.key)
    recipient = f"{new_id().hex}@example.org"
    with mail_server(context) as (sink, port):
        outbox = Outbox(room.db, OutboxSettings(smtp_host="localhost", smtp_port=port))
        await post(room, outbox, recipient, "a link")
        assert await outbox.deliver_next()
        assert sink.received == []
    mail = await newest_to(outbox, recipient)
    assert mail.sent_at is None
    assert mail.failure is not None
    assert mail.body == "a link"


async def test_a_refused_mail_waits_and_keeps_its_reason(room: Strongroom) -> None:
    """A mail that was turned away is not tried again at once, and is not lost."""
    recipient = f"{new_id().hex}@example.org"
    with mail_server() as (sink, port):
        outbox = Outbox(room.db, local(port))
        sink.refusing = True
        await post(room, outbox, recipient, "a link")
        assert await outbox.deliver_next()
        sink.refusing = False
        assert not await outbox.deliver_next()
    mail = await newest_to(outbox, recipient)
    assert (mail.body, mail.sent_at) == ("a link", None)
    assert mail.failure


async def test_mail_for_addresses_that_cannot_exist_never_leaves(
    room: Strongroom,
) -> None:
    """A canary's mail stays in the outbox, while the next person's is sent."""
    canary = f"{new_id().hex}@strongroom.invalid"
    person = f"{new_id().hex}@example.org"
    with mail_server() as (sink, port):
        outbox = Outbox(room.db, local(port))
        await post(room, outbox, canary, "for a canary")
        await post(room, outbox, person, "for a person")
        assert await outbox.deliver_next()
        assert not await outbox.deliver_next()
    assert [each["To"] for each in sink.received] == [person]


async def test_without_a_server_mail_stays_readable(room: Strongroom) -> None:
    """The default set-up keeps every mail for the operator to read."""
    recipient = f"{new_id().hex}@example.org"
    await post(room, room.outbox, recipient, "a link")
    assert not await room.outbox.deliver_next()
    mail = await newest_to(room.outbox, recipient)
    assert (await room.outbox.get(mail.id)).body == "a link"
    with pytest.raises(NotFound):
        await room.outbox.get(new_id())


async def test_a_mail_of_a_rolled_back_change_was_never_written(
    room: Strongroom,
) -> None:
    """Mail shares the fate of the change that caused it."""
    recipient = f"{new_id().hex}@example.org"

    async def post_and_fail() -> None:
        async with room.db.system(reason="test the outbox") as tx:
            await room.outbox.post(tx, recipient, "A subject", "a link")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await post_and_fail()
    assert recipient not in {mail.recipient for mail in await room.outbox.newest()}


def test_plain_smtp_is_for_this_machine_only() -> None:
    """Turning TLS off for a server elsewhere is refused at the start."""
    with pytest.raises(ValueError, match="on this machine"):
        OutboxSettings(smtp_host="mail.example.org", smtp_tls="none")


def test_each_failure_waits_longer_than_the_one_before() -> None:
    """A mail server that is away is asked ever more rarely."""
    delays = [delay_after(attempts) for attempts in range(1, 6)]
    assert delays == sorted(set(delays))
