"""The outbox: mail is written with the change that causes it, and sent later.

Guards against mail for a change that was rolled back, and against a slow mail
server slowing a request. Passwords never appear in it; one-time links do, and
their text is forgotten once the mail left.
"""

from email.message import EmailMessage
from uuid import UUID

# lint: way-out, because mail goes to the operator's own relay.
import aiosmtplib

from strongroom.db import Database, Tx
from strongroom.kernel import NotFound, new_id

from . import policy, store
from .models import Mail
from .settings import OutboxSettings


class Outbox:
    """The mails of this house."""

    def __init__(self, db: Database, settings: OutboxSettings) -> None:
        """Keep mails in *db* and send them as *settings* say."""
        self._db, self._settings = db, settings

    async def post(self, tx: Tx, recipient: str, subject: str, body: str) -> None:
        """Put a mail in the outbox, in the transaction of its cause."""
        await store.insert(tx, new_id(), recipient, subject, body)

    async def newest(self, limit: int = 100) -> list[Mail]:
        """Return the newest mails to people; those to canaries are for proofs."""
        return await store.newest(self._db.system(reason="show the outbox"), limit)

    async def waiting(self) -> int:
        """Return how many mails wait to be sent."""
        return await store.count_waiting(self._db.system(reason="count waiting mail"))

    async def get(self, mail_id: UUID) -> Mail:
        """Return one mail.

        Raises:
            NotFound: there is none.

        """
        found = await store.find(self._db.system(reason="show the outbox"), mail_id)
        if found is None:
            raise NotFound
        return found

    async def deliver_next(self) -> bool:
        """Send one mail that is due; say whether there was one.

        A failure is noted on the mail and tried again later, ever more slowly.
        """
        if self._settings.smtp_host is None:
            return False
        async with self._db.system(reason="send the mail that is due") as tx:
            due = await store.claim_due(tx)
            if due is None:
                return False
            mail, attempts = due
            try:
                await self._send(mail)
            except (aiosmtplib.SMTPException, OSError) as failed:
                delay = policy.delay_after(attempts + 1)
                await store.mark_failed(tx, mail.id, type(failed).__name__, delay)
            else:
                await store.mark_sent(tx, mail.id)
        return True

    async def _send(self, mail: Mail) -> None:
        message = EmailMessage()
        message["From"], message["To"] = self._settings.sender, mail.recipient
        message["Subject"] = mail.subject
        message.set_content(mail.body or "")
        await aiosmtplib.send(
            message,
            hostname=self._settings.smtp_host,
            port=self._settings.smtp_port,
            username=self._settings.smtp_user,
            password=self._settings.smtp_password,
            use_tls=self._settings.smtp_tls == "tls",
            start_tls=self._settings.smtp_tls == "starttls",
            validate_certs=True,
            timeout=20,
        )
