"""Refusals that no face of ours has seen, put on record all the same.

What the edge turned away because another site's page caused it, and what a product
refused. A face of ours records its own refusals under the name of its action.
"""

from strongroom.audit import NOBODY, Actor, AuditLog, Entry, Target
from strongroom.kernel import Caller, Unavailable
from strongroom.middleware import Scope
from strongroom.redaction import redaction
from strongroom.web import CALLER, ORIGIN

from .logs import log


READS = frozenset({"GET", "HEAD", "OPTIONS"})  # A WebSocket has no method; it writes.

LONGEST_PATH_KEPT = 200


class RefusedWrites:
    """Writes the entry of a request that was turned away."""

    def __init__(self, audit: AuditLog) -> None:
        """Record in *audit*."""
        self._audit = audit

    async def __call__(self, scope: Scope, code: str) -> None:
        """Write the entry of a request that was refused as *code*."""
        found = scope.get(CALLER)
        caller = found if isinstance(found, Caller) else None
        entry = Entry(
            "request.read" if scope.get("method") in READS else "request.write",
            Actor.of(caller) if caller else NOBODY,
            Target("address", redaction.brief(scope["path"])[:LONGEST_PATH_KEPT]),
            caller.organization_id if caller else None,
            outcome="refused",
            reason=code,
            origin=scope[ORIGIN],
        )
        try:
            await self._audit.refuse(entry)
        except Unavailable:
            log.warning("a refused write is not on record: the database is away")
