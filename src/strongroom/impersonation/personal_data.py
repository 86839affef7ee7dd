"""What impersonation keeps about people."""

from datetime import timedelta

from strongroom.kernel import Period, PersonalTable, Subject


TABLES = (
    PersonalTable(
        table="strongroom.impersonations",
        title="Operators who acted as you",
        subject=Subject("account_id", by="account"),
        purpose="says which operator acted as you, and why",
        impersonal=("operator", "reason"),
        ground="legitimate interest",
        kept=Period(timedelta(days=365), "created_at"),
        backed_up="no, because the audit log keeps what was done",
    ),
)
