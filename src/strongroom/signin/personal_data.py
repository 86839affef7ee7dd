"""What signing up keeps about people who have no account yet."""

from datetime import timedelta

from strongroom.kernel import Period, PersonalTable, Subject


TABLES = (
    PersonalTable(
        table="strongroom.sign_ups",
        title="Sign-ups that wait for confirmation",
        subject=Subject("email", by="email"),
        personal={
            "email": "where the confirmation is sent",
            "verifier": "checks the password chosen at sign-up without keeping it",
            "organization_name": "what your organization will be called",
        },
        withheld={"verifier": "a credential"},
        ground="contract",
        kept=Period(timedelta(days=1), "created_at"),
        backed_up="no, because it lives for a day",
    ),
)
