"""What second factors keep about people."""

from strongroom.kernel import PersonalTable, Subject


TABLES = (
    PersonalTable(
        table="strongroom.totp_factors",
        title="Second factors",
        subject=Subject("account_id", by="account"),
        personal={"sealed": "checks the codes of your authenticator app"},
        withheld={"sealed": "a credential"},
        ground="contract",
        kept="until it is turned off, or the account is erased",
    ),
    PersonalTable(
        table="strongroom.recovery_codes",
        title="Recovery codes",
        subject=Subject("account_id", by="account"),
        purpose="lets you in when your app or passkey is lost",
        impersonal=("digest",),
        withheld={"digest": "a credential"},
        ground="contract",
        kept="until the last second factor is removed, or the account is erased",
    ),
)
