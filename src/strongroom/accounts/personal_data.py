"""What accounts keep about people."""

from strongroom.kernel import PersonalTable, Subject


TABLES = (
    PersonalTable(
        table="strongroom.accounts",
        title="Accounts",
        subject=Subject("id", by="account"),
        personal={"email": "the name that you sign in with, and where mail goes"},
        ground="contract",
        kept="until the account is erased",
    ),
)
