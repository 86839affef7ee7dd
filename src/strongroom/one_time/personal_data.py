"""What one-time values keep about people: nothing."""

from datetime import timedelta

from strongroom.kernel import Period, PersonalTable


TABLES = (
    PersonalTable.about_nobody(
        "strongroom.one_time_values",
        "One-time links",
        because="a digest and what the link opens, which is registered by itself",
        impersonal=("digest", "purpose"),
        kept=Period(timedelta(days=1), "expires_at"),
        backed_up="no, because a link must not come back to life",
    ),
)
