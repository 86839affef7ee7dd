"""What privacy itself keeps about people: what they asked for, and what is held.

The tables of the schema itself stand here too, because no domain owns them.
"""

from datetime import timedelta

from strongroom.kernel import Period, PersonalTable, Subject


THREE_YEARS = timedelta(days=3 * 365)
"""As long as somebody could ask whether a request was answered."""

TABLES = (
    PersonalTable(
        table="strongroom.privacy_requests",
        title="Requests about your data",
        subject=Subject("account_id", by="account"),
        personal={
            "words": "what you asked for",
            "answer": "what you were answered",
        },
        impersonal=("kind", "state", "handled_by", "obstacle"),
        ground="legal obligation",
        kept=Period(THREE_YEARS, "opened_at"),
        on_erasure="anonymise",
        because="it must be shown that a request was answered in time",
        example={"kind": "access", "state": "done"},
    ),
    PersonalTable(
        table="strongroom.legal_holds",
        title="Legal holds",
        subject=Subject("account_id", by="account"),
        purpose="keeps rows of yours that a court or a law wants kept",
        impersonal=("store", "reason", "placed_by", "released_by"),
        withheld={
            "reason": "telling it could defeat its purpose",
            "placed_by": "somebody else's name",
            "released_by": "somebody else's name",
        },
        ground="legal obligation",
        kept=Period(THREE_YEARS, "released_at"),
        on_erasure="retain",
        because="it must be shown why a row was kept",
        example={"released_at": "now", "released_by": "canary"},
    ),
    PersonalTable.about_nobody(
        "strongroom.privacy_jobs",
        "Jobs",
        because="when jobs ran, and how many rows they removed",
        impersonal=("name", "removed"),
    ),
    PersonalTable.about_nobody(
        "strongroom.migrations",
        "Migrations",
        because="the names of the files that made the schema",
        impersonal=("name", "digest"),
        backed_up="no, because a restore makes the schema by itself",
    ),
    PersonalTable.about_nobody(
        "strongroom.shared_tables",
        "Shared tables",
        because="the names of tables that belong to no organization",
        impersonal=("relation", "reason"),
        backed_up="no, because a restore makes the schema by itself",
    ),
    PersonalTable.about_nobody(
        "strongroom_guard.context_key",
        "The key of tenant contexts",
        because="a key, derived anew at every start",
        impersonal=("inner_pad", "outer_pad"),
        backed_up="no, because it is derived at every start",
    ),
)
