"""What passkeys keep about people."""

from strongroom.kernel import PersonalTable, Subject


TABLES = (
    PersonalTable(
        table="strongroom.passkey_owners",
        title="Your name for authenticators",
        subject=Subject("account_id", by="account"),
        purpose="tells your passkeys apart from other people's, without saying who",
        impersonal=("handle",),
        ground="contract",
        kept="until the account is erased",
    ),
    PersonalTable(
        table="strongroom.passkeys",
        title="Passkeys",
        subject=Subject("account_id", by="account"),
        personal={"name": "tells you which device a passkey is on"},
        impersonal=("credential_id", "public_key", "transports"),
        ground="contract",
        kept="until it is removed, or the account is erased",
    ),
)
