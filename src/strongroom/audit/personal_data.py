"""What the audit log keeps about people.

An entry outlives whoever acted: what was done stays on record, by nobody we could name.
"""

from datetime import timedelta

from strongroom.kernel import Period, PersonalTable, Subject


TABLES = (
    PersonalTable(
        table="strongroom.audit_entries",
        title="Audit entries",
        subject=Subject("actor_id", by="account"),
        # Whoever tries to sign in is nobody yet; whose account it was is the target.
        also=(
            Subject("target_id", by="account as text", only={"actor_kind": "nobody"}),
            Subject(
                "target_id",
                by="account as text",
                only={"target_kind": "account"},
                others=("actor_id", "actor_name", "address", "user_agent"),
            ),
        ),
        personal={
            "actor_name": "shows the organization who acted",
            "address": "shows the organization from where",
            "user_agent": "shows the organization with which browser",
            "salt": "hides the three above in the sealed tree",
        },
        impersonal=(
            "action",
            "outcome",
            "reason",
            "actor_kind",
            "target_kind",
            "target_id",
            "request_id",
            "details",
        ),
        withheld={
            "target_id": "may name somebody else",
            "details": "may tell of somebody else",
        },
        ground="legitimate interest",
        kept=Period(
            timedelta(days=365), "occurred_at", setting="audit.retention", by="audit"
        ),
        on_erasure="anonymise",
        because="the organization must know what was done, and no longer by whom",
        example={"outcome": "done", "actor_kind": "account"},
    ),
    PersonalTable.about_nobody(
        "strongroom.audit_leaves",
        "Leaves of the audit trees",
        because="hashes keep an entry's place when its content or its person is gone",
        impersonal=("facts", "personal"),
        kept="for ever, so that a missing entry is seen",
    ),
    PersonalTable.about_nobody(
        "strongroom.audit_views",
        "Views of the audit log",
        because="filters that an organization keeps under a name",
        impersonal=("name", "filters"),
        kept="until it is deleted, or the organization is",
    ),
)
