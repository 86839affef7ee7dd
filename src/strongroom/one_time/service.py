"""The one gate that every one-time value passes.

Guards against reuse, races and guessing: only a digest is kept, use is a single
atomic statement, and attempts are counted aside. It does not deliver the value.
"""

from datetime import timedelta
from uuid import UUID

from strongroom.crypto import new_token, token_digest
from strongroom.db import Database, Tx
from strongroom.kernel import Secret

from . import store
from .errors import OneTimeValueSpent


class OneTimeValues:
    """Mints values and lets each be used once, for one purpose."""

    def __init__(self, db: Database) -> None:
        """Count attempts through *db*."""
        self._db = db

    async def mint(
        self, tx: Tx, purpose: str, subject: UUID, lifetime: timedelta
    ) -> Secret:
        """Return a new value that stands for *subject* until *lifetime* has passed."""
        token = new_token()
        await store.insert(tx, token_digest(token), purpose, subject, lifetime)
        return Secret(token)

    async def find(self, purpose: str, token: Secret) -> UUID:
        """Return the value's subject for a page that only shows what it is for.

        Raises:
            OneTimeValueSpent: the value is not, or no longer, good.

        """
        door = self._db.system(reason="see whether a one-time value is good")
        digest = token_digest(token.reveal())
        subject = await store.find(door, digest, purpose)
        if subject is None:
            raise OneTimeValueSpent
        return subject

    async def attempt(self, purpose: str, token: Secret) -> UUID:
        """Count an attempt, kept whatever follows, and return the value's subject.

        Raises:
            OneTimeValueSpent: the value is not, or no longer, good.

        """
        door = self._db.aside(reason="count an attempt at a one-time value")
        digest = token_digest(token.reveal())
        subject = await store.count_attempt(door, digest, purpose)
        if subject is None:
            raise OneTimeValueSpent
        return subject

    async def void(self, tx: Tx, purpose: str, subject: UUID) -> None:
        """Make every other value for *subject* useless, such as older links."""
        await store.void(tx, purpose, subject)

    async def consume(self, tx: Tx, purpose: str, token: Secret) -> UUID:
        """Use the value up and return its subject.

        Raises:
            OneTimeValueSpent: somebody else used it first, or it expired.

        """
        subject = await store.consume(tx, token_digest(token.reveal()), purpose)
        if subject is None:
            raise OneTimeValueSpent
        return subject
