"""What changes of address keep about people."""

from datetime import timedelta

from strongroom.kernel import Period, PersonalTable, Subject


TABLES = (
    PersonalTable(
        table="strongroom.address_changes",
        title="Changes of your address",
        subject=Subject("account_id", by="account"),
        personal={
            "old_email": "where a change can be undone from",
            "new_email": "where a change is confirmed",
        },
        ground="contract",
        kept=Period(timedelta(days=4), "created_at"),
        backed_up="no, because it lives for four days",
    ),
)
