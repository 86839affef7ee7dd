"""What sessions keep about people."""

from datetime import timedelta

from strongroom.kernel import Period, PersonalTable, Subject


TABLES = (
    PersonalTable(
        table="strongroom.sessions",
        title="Signed-in devices",
        subject=Subject("account_id", by="account"),
        personal={
            "address": "shown to you as where you signed in",
            "user_agent": "shown to you as the browser that you signed in with",
        },
        impersonal=("digest", "class", "operator", "way", "factor"),
        withheld={"digest": "a credential"},
        ground="contract",
        kept=Period(timedelta(days=30), "expires_at"),
        backed_up="no, because a session must not come back to life",
        example={"class": "customer", "address": "192.0.2.1", "way": "password"},
    ),
)
