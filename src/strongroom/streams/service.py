"""Log streams: where the audit log is sent, and the sending of it.

Guards against a receiver that is away costing an entry: the cursor moves only over
what was taken, and the writer of the log never waits for anybody. Guards against our
own network being reached: every connection passes the gate. A receiver may get
an entry twice, under one id; it never misses one.
"""

import asyncio
import ssl
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from strongroom.audit import AuditLog, AuditTree, Entry, Target, ocsf_of
from strongroom.db import Database
from strongroom.egress import (
    Destination,
    EgressRefused,
    Gate,
    Gone,
    HostRefused,
    HostUnreachable,
    WebhookSender,
    https,
    new_signing_secret,
    send_syslog,
)
from strongroom.kernel import Caller, NotFound, Origin, Secret, new_id, utc_now
from strongroom.vault import KeyOwner, Place, Vault

from . import events, policy, store
from .errors import NoSecret, StreamExists
from .models import LogStream, NewStream, Opened, Sealed, Tried


TABLE = "strongroom.log_streams"

AT_ONCE = 16
BATCH = 200
LEASE = timedelta(seconds=60)
"""Whoever claimed a stream and died holds it for so long."""

BATCH_SECONDS = 30.0
"""A batch ends in time before its lease does."""

NOT_TAKEN = (EgressRefused, HostUnreachable, HostRefused)


class LogStreams:
    """The streams of an organization: made, paused, tried, deleted."""

    def __init__(
        self, db: Database, audit: AuditLog, vault: Vault, deliveries: "Deliveries"
    ) -> None:
        """Keep streams in *db*, their secrets by *vault*; try them by *deliveries*."""
        self._db, self._audit, self._vault = db, audit, vault
        self._deliveries = deliveries

    async def of(self, organization_id: UUID) -> list[LogStream]:
        """Return an organization's streams by name."""
        return await store.all_of(self._db.tenant(organization_id))

    async def everywhere(self) -> list[LogStream]:
        """Return the streams of every organization, for the operator."""
        return await store.all_of(self._db.system(reason="show every log stream"))

    async def get(self, organization_id: UUID, stream_id: UUID) -> LogStream:
        """Return one stream.

        Raises:
            NotFound: there is none, or it is another organization's.

        """
        found = await store.find(self._db.tenant(organization_id), stream_id)
        if found is None:
            raise NotFound
        return found

    async def create(
        self, caller: Caller, wanted: NewStream, origin: Origin
    ) -> tuple[UUID, Secret | None]:
        """Make a stream; return its id and a webhook's secret, which is shown once.

        A name that does not resolve now is taken: the stream says so until it does.

        Raises:
            TargetInvalid: it leads nowhere that we could send to.
            EgressRefused: it leads into a network that the operator does not list.
            StreamInvalid: its name or certificate cannot be used.
            StreamExists: there is a stream of that name.

        """
        place = Destination.parse(wanted.target)
        await self._deliveries.require_allowed(place)
        name = policy.require_name(wanted.name)
        stream_id, secret = new_id(), new_signing_secret() if place.is_webhook else None
        wanted = replace(wanted, name=name)
        kept = Sealed(
            await self._seal(caller, stream_id, "target", Secret(wanted.target)),
            await self._seal(caller, stream_id, "secret", secret) if secret else None,
            None,
            policy.require_authority(wanted.authority),
        )
        async with self._db.tenant(caller.organization_id) as tx:
            if not await store.insert(tx, stream_id, wanted, place.origin, kept):
                raise StreamExists(fields={"name": StreamExists.title})
            details = {"to": place.origin, "form": wanted.form}
            entry = _entry(events.CREATE, caller, stream_id, origin, **details)
            await self._audit.record(tx, entry)
        return stream_id, secret

    async def set_paused(
        self, caller: Caller, stream_id: UUID, origin: Origin, *, paused: bool
    ) -> None:
        """Pause a stream, or let it go on from where it stood, without waiting.

        Raises:
            NotFound: there is none, or it is another organization's.

        """
        entry = _entry(events.CHANGE, caller, stream_id, origin, paused=paused)
        recording = self._audit.recording(entry)
        if not await store.set_paused(recording, stream_id, paused=paused):
            raise NotFound

    async def test(self, caller: Caller, stream_id: UUID, origin: Origin) -> str | None:
        """Send a message that says it is a test; return why it failed, or None.

        Raises:
            NotFound: there is none, or it is another organization's.

        """
        stream = await self.get(caller.organization_id, stream_id)
        tried = await self._deliveries.attempt(stream, [test_line(stream_id)])
        async with self._db.tenant(caller.organization_id) as tx:
            details = {"failure": tried.failure}
            entry = _entry(events.TEST, caller, stream_id, origin, **details)
            await self._audit.record(tx, entry)
        return tried.failure

    async def rotate(self, caller: Caller, stream_id: UUID, origin: Origin) -> Secret:
        """Return a new secret; for a day the former one signs beside it.

        Raises:
            NotFound: there is none, or it is another organization's.
            NoSecret: it is no webhook.

        """
        stream = await self.get(caller.organization_id, stream_id)
        if not stream.is_signed:
            raise NoSecret
        former = (await self._deliveries.opened(stream)).secrets[0]
        secret = new_signing_secret()
        sealed = await self._seal(caller, stream_id, "secret", secret)
        beside = await self._seal(caller, stream_id, "former_secret", former)
        async with self._db.tenant(caller.organization_id) as tx:
            until = policy.FORMER_SECRET
            await store.replace_secret(tx, stream_id, sealed, beside, until)
            entry = _entry(events.ROTATE, caller, stream_id, origin)
            await self._audit.record(tx, entry)
        return secret

    async def delete(self, caller: Caller, stream_id: UUID, origin: Origin) -> None:
        """Delete a stream; no entry of the log is touched.

        Raises:
            NotFound: there is none, or it is another organization's.

        """
        entry = _entry(events.DELETE, caller, stream_id, origin)
        if not await store.delete(self._audit.recording(entry), stream_id):
            raise NotFound

    async def _seal(
        self, caller: Caller, stream_id: UUID, column: str, secret: Secret
    ) -> str:
        owner = KeyOwner.organization(caller.organization_id)
        return await self._vault.seal(owner, Place(TABLE, column, stream_id), secret)


def _entry(
    action: str, caller: Caller, stream_id: UUID, origin: Origin, **details: Any
) -> Entry:
    target = Target("log-stream", str(stream_id))
    return Entry.by(caller, action, target, origin, **details)


class Deliveries:
    """Sends what is due, each stream on its own: a dead one holds up nobody."""

    def __init__(
        self,
        db: Database,
        vault: Vault,
        tree: AuditTree,
        gate: Gate,
        host: str,
    ) -> None:
        """Send the leaves of *tree*, as the log of *host*, wherever *gate* lets us."""
        self._db, self._vault, self._tree = db, vault, tree
        self.gate, self._host = gate, host

    async def turn(self) -> int:
        """Send a batch of every stream that is due; return how many were taken."""
        door = self._db.system(reason="find log streams that are due")
        due = await store.claim_due(door, LEASE, AT_ONCE)
        return sum(await asyncio.gather(*map(self._deliver, due)))

    async def require_allowed(self, place: Destination) -> None:
        """Accept a place that we may send to, as far as its name resolves now.

        Raises:
            EgressRefused: it is inside a network that the operator does not list.

        """
        try:
            await self.gate.admit(
                place.host, place.port, in_clear=not place.is_encrypted
            )
        except HostUnreachable:
            return
        except EgressRefused as refused:
            refused.fields = {"target": refused.detail or refused.title}
            raise

    async def opened(self, stream: LogStream) -> Opened:
        """Return where a stream leads.

        Raises:
            NotFound: it was deleted meanwhile.

        """
        kept = await store.sealed(self._db.tenant(stream.organization_id), stream.id)
        if kept is None:
            raise NotFound
        target = await self._open(stream, "target", kept.target)
        found = (("secret", kept.secret), ("former_secret", kept.former_secret))
        secrets = [await self._open(stream, name, text) for name, text in found if text]
        return Opened(target.reveal(), tuple(secrets), kept.authority)

    async def attempt(
        self, stream: LogStream, lines: Sequence[dict[str, Any]]
    ) -> Tried:
        """Send *lines* and say how many were taken, and what stopped the rest."""
        opened = await self.opened(stream)
        place = Destination.parse(opened.target)
        send = self._post_all if place.is_webhook else self._log_all
        try:
            return await send(stream, place, opened, lines)
        except NOT_TAKEN as failed:
            return Tried(0, str(failed), failed.retry_after)

    async def _deliver(self, stream: LogStream) -> int:
        lines = await self._tree.lines(stream.organization_id, stream.next_leaf, BATCH)
        tried = await self.attempt(stream, lines)
        async with self._db.system(reason="note how far a log stream is") as tx:
            if tried.taken:
                await store.advance(tx, stream, tried.taken)
            if tried.failure:
                attempts = 1 if tried.taken else stream.attempts + 1
                delay = policy.delay_after(attempts, tried.retry_after)
                await store.mark_failed(
                    tx, stream.id, tried.failure, delay, gone=tried.gone
                )
        return tried.taken

    async def _post_all(
        self,
        stream: LogStream,
        place: Destination,
        opened: Opened,
        lines: Sequence[dict[str, Any]],
    ) -> Tried:
        """Send one message per line, in order, until one is not taken."""
        taken, until = 0, asyncio.get_running_loop().time() + BATCH_SECONDS
        tls = ssl.create_default_context(cadata=opened.authority)
        async with https(self.gate, tls) as client:
            sender = WebhookSender(client, place, opened.secrets)
            for told in lines:
                data = policy.said(told, ocsf_of(told), stream.form)
                try:
                    await sender.send(policy.webhook_message(told, data))
                except NOT_TAKEN as failed:
                    gone = isinstance(failed, Gone)
                    return Tried(taken, str(failed), failed.retry_after, gone)
                taken += 1
                if asyncio.get_running_loop().time() > until:
                    break
        return Tried(taken)

    async def _log_all(
        self,
        stream: LogStream,
        place: Destination,
        opened: Opened,
        lines: Sequence[dict[str, Any]],
    ) -> Tried:
        """Send every line in one connection: all of it is taken, or none."""
        messages = [
            policy.syslog_message(
                self._host, told, policy.said(told, ocsf_of(told), stream.form)
            )
            for told in lines
        ]
        await send_syslog(self.gate, place, messages, opened.authority)
        return Tried(len(messages))

    async def _open(self, stream: LogStream, column: str, text: str) -> Secret:
        owner = KeyOwner.organization(stream.organization_id)
        return await self._vault.open(owner, Place(TABLE, column, stream.id), text)


def test_line(stream_id: UUID) -> dict[str, Any]:
    """Return a line that says it is a test; it is no leaf of any tree."""
    said = {"action": events.TEST, "outcome": "done", "target_id": str(stream_id)}
    return {
        "index": 0,
        "leaf": f"test-{new_id().hex}",
        "at": utc_now().isoformat(timespec="microseconds"),
        "entry": {**said, "target_kind": "log-stream"},
        "about": None,
    }
