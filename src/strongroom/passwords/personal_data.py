"""What passwords keep about people."""

from strongroom.kernel import PersonalTable, Subject


TABLES = (
    PersonalTable(
        table="strongroom.password_verifiers",
        title="Password verifiers",
        subject=Subject("account_id", by="account"),
        personal={"verifier": "checks your password without keeping it"},
        withheld={"verifier": "a credential"},
        ground="contract",
        kept="until the account is erased",
    ),
)
