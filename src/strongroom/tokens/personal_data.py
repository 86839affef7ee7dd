"""What API keys keep about people."""

from datetime import timedelta

from strongroom.kernel import Period, PersonalTable, Subject


TABLES = (
    PersonalTable(
        table="strongroom.api_keys",
        title="API keys",
        subject=Subject("account_id", by="account"),
        personal={"name": "shown to your organization as what you called the key"},
        impersonal=("digest", "hint", "scopes"),
        withheld={"digest": "a credential"},
        ground="contract",
        kept=Period(timedelta(days=30), "expires_at"),
        backed_up="no, because a revoked key must not come back to life",
        example={"hint": "srk_abcd", "scopes": "{organization.read}"},
    ),
)
