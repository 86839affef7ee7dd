"""Checkpoints go to outside witnesses, and their cosignatures are kept beside them.

Guards against an operator who shows one history to you and another to somebody else: a
witness cosigns only what extends everything that it saw before. A witness that is away
delays a cosignature and nothing else. What it sees is a name, a size and hashes.
"""

import asyncio
import logging
import ssl
from collections.abc import Sequence
from uuid import UUID

from strongroom.audit import AuditTree, NotSealedYet
from strongroom.egress import (
    Answer,
    Asked,
    EgressRefused,
    Gate,
    HostRefused,
    HostUnreachable,
    Https,
    https,
)
from strongroom.tlog import (
    Checkpoint,
    NoteInvalid,
    add_checkpoint,
    consistency_proof,
    with_lines,
    witnesses_of,
    write_whole,
)

from .settings import Witness, WitnessSettings


log = logging.getLogger("strongroom.witnesses")

CONFLICT = 409  # C2SP tlog-witness: it knows another size than ours.
LONGEST_ANSWER = 65_536


class Witnesses:
    """Has every tree cosigned by every witness that the operator names."""

    def __init__(self, tree: AuditTree, settings: WitnessSettings, gate: Gate) -> None:
        """Have the trees of *tree* witnessed, wherever *gate* lets us."""
        self._tree, self._gate = tree, gate
        self.all = [Witness.parse(text) for text in settings.witnesses]
        self._authority = settings.authority
        self._seen: dict[tuple[str, UUID | None], int] = {}
        self.failures: dict[tuple[str, UUID | None], str] = {}
        """Why a witness did not cosign a tree the last time, by name and tree."""

    async def turn(self) -> int:
        """Have every checkpoint cosigned that is not yet; return how many were."""
        if not self.all:
            return 0
        trees = await self._tree.trees()
        tls = ssl.create_default_context(cafile=self._authority)
        async with https(self._gate, tls) as client:
            done = [await self._have_witnessed(client, each) for each in trees]
        return sum(done)

    async def _have_witnessed(
        self, client: Https, organization_id: UUID | None
    ) -> bool:
        """Gather cosignatures of one tree's newest checkpoint, and keep what came."""
        try:
            note = await self._tree.checkpoint(organization_id)
        except NotSealedYet:
            return False
        path = self._tree.tiles(organization_id).cosigned
        kept = path.read_bytes() if path.exists() else b""
        if not self._missing(note, kept):
            return False
        answers = await asyncio.gather(
            *(self._ask(client, each, organization_id, note) for each in self.all)
        )
        cosigned = self._joined(note, answers)
        # A newer one that fewer have cosigned does not take an older one's place.
        better = self._count(cosigned) >= max(1, self._count(kept))
        if better:
            await asyncio.to_thread(write_whole, path, cosigned)
        return better

    def _missing(self, note: bytes, kept: bytes) -> bool:
        """Say whether a witness has not cosigned this very checkpoint."""
        same = kept.startswith(note.rpartition(b"\n\n")[0] + b"\n\n")
        return not same or self._count(kept) < len(self.all)

    def _count(self, note: bytes) -> int:
        return len(witnesses_of(note, [each.key for each in self.all]))

    def _joined(self, note: bytes, answers: Sequence[bytes | None]) -> bytes:
        joined = note
        for witness, answer in zip(self.all, answers, strict=True):
            if answer is not None:
                joined = with_lines(joined, answer, witness.key)
        return joined

    async def _ask(
        self,
        client: Https,
        witness: Witness,
        organization_id: UUID | None,
        note: bytes,
    ) -> bytes | None:
        """Return a witness's lines, or None and the reason in the log."""
        place = (witness.key.name, organization_id)
        try:
            answer = await self._submit(client, witness, organization_id, note)
            with_lines(note, answer, witness.key)
        except (NoteInvalid, EgressRefused, HostUnreachable, HostRefused) as failed:
            told = str(failed)
            if self.failures.get(place) != told:
                log.warning("witness %s did not cosign: %s", witness.key.name, told)
            self.failures[place] = told
            return None
        self.failures.pop(place, None)
        return answer

    async def _submit(
        self,
        client: Https,
        witness: Witness,
        organization_id: UUID | None,
        note: bytes,
    ) -> bytes:
        """Submit a checkpoint; if the witness knows another size, start from that."""
        place = (witness.url, organization_id)
        size = self._size(organization_id, note)
        answer = await self._post(client, witness, organization_id, note)
        known = answer.body.decode(errors="replace").strip()
        if answer.status == CONFLICT and known.isdecimal() and int(known) <= size:
            self._seen[place] = int(known)
            answer = await self._post(client, witness, organization_id, note)
        if not answer.is_success:
            message = f"It answers {answer.status}."
            raise HostRefused(message)
        self._seen[place] = size
        return answer.body

    async def _post(
        self,
        client: Https,
        witness: Witness,
        organization_id: UUID | None,
        note: bytes,
    ) -> Answer:
        size = self._size(organization_id, note)
        old = self._seen.get((witness.url, organization_id), 0)
        node = self._tree.tiles(organization_id).node_of(size)
        proof = await asyncio.to_thread(consistency_proof, node, old, size)
        body = add_checkpoint(old, proof, note)
        url = f"{witness.url}/add-checkpoint"
        return await client.ask(Asked("POST", url, {}, body, LONGEST_ANSWER))

    def _size(self, organization_id: UUID | None, note: bytes) -> int:
        return Checkpoint.open(note, [self._tree.verifier_key(organization_id)]).size
