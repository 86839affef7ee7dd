"""What the security page keeps about people: a name, where somebody stands for it."""

from strongroom.kernel import Period, PersonalTable

from .service import KEPT


TABLES = (
    PersonalTable.about_nobody(
        "strongroom.evidence",
        "Evidence",
        because="proofs see canaries, and what they saw is published",
        impersonal=(
            "claim",
            "subject_digest",
            "result",
            "reason",
            "sabotage",
            "envelope",
        ),
        kept=Period(KEPT, "finished_at"),
        example={"result": "passed"},
    ),
    PersonalTable.about_nobody(
        "strongroom.claim_days",
        "History of statuses",
        because="it counts how long a sentence had which status",
        impersonal=("claim", "subject_digest", "status"),
        kept=Period(KEPT, "day"),
    ),
    PersonalTable.about_nobody(
        "strongroom.system_uses",
        "Uses of the system door",
        because="it counts for which written reason the door was opened",
        impersonal=("reason",),
        kept=Period(KEPT, "day"),
        example={"uses": "1"},
    ),
    PersonalTable.about_nobody(
        "strongroom.attestations",
        "Attestations",
        because="whoever stands for a public sentence signs it by name for the service",
        impersonal=("claim", "subject_digest", "made_by", "envelope"),
        kept="while the sentence may be asked about",
    ),
)
