"""What signing in by a provider keeps about people."""

from datetime import timedelta

from strongroom.kernel import Period, PersonalTable, Subject


TABLES = (
    PersonalTable(
        table="strongroom.oauth_identities",
        title="Connected providers",
        subject=Subject("account_id", by="account"),
        personal={
            "issuer": "the provider by which you sign in",
            "subject": "your number there",
            "email": "your address there, as it was when you connected it",
        },
        ground="contract",
        kept="until it is disconnected, or the account is erased",
    ),
    PersonalTable(
        table="strongroom.oauth_sign_ups",
        title="Sign-ups by a provider that wait for a name",
        subject=Subject("email", by="email"),
        personal={
            "issuer": "the provider that you came from",
            "subject": "your number there",
            "email": "your address there",
            "provider": "the name of the provider in this service's addresses",
        },
        ground="contract",
        kept=Period(timedelta(days=1), "created_at"),
        backed_up="no, because it lives for minutes",
    ),
)
