"""What the outbox keeps about people."""

from strongroom.kernel import Period, PersonalTable, Subject

from .policy import KEPT


TABLES = (
    PersonalTable(
        table="strongroom.mails",
        title="Mail on its way",
        subject=Subject("recipient", by="email"),
        personal={
            "recipient": "where the mail goes",
            "subject": "what the mail says",
            "body": "what the mail says",
        },
        impersonal=("failure",),
        withheld={"body": "may hold a link that opens the account"},
        ground="contract",
        kept=Period(KEPT, "created_at"),
        backed_up="no, because it lives for a day",
    ),
)
