"""What token pairs keep about people."""

from datetime import timedelta

from strongroom.kernel import Period, PersonalTable, Subject


TABLES = (
    PersonalTable(
        table="strongroom.token_pairs",
        title="Connected apps",
        subject=Subject("account_id", by="account"),
        personal={"name": "shown to you as what the app is called"},
        impersonal=("scopes",),
        ground="contract",
        kept=Period(timedelta(days=30), "expires_at"),
        backed_up="no, because an app that was disconnected must not come back",
        example={"scopes": "{organization.read}"},
    ),
    PersonalTable.about_nobody(
        "strongroom.token_signing_keys",
        "Signing keys that followed by hand",
        because="random bytes from which a key derives, beside the root key",
        impersonal=("salt",),
        kept="until the house is gone",
    ),
)
