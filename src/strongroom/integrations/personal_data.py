"""What integrations keep about people: nothing; an organization's credentials."""

from strongroom.kernel import Period, PersonalTable

from .policy import UNDO


TABLES = (
    PersonalTable.about_nobody(
        "strongroom.integrations",
        "Credentials of other services",
        because="they are the organization's own, and their secrets are sealed",
        impersonal=(
            "kind",
            "name",
            "fields",
            "destination",
            "sealed",
            "last_four",
            "fingerprint",
            "said",
        ),
        kept=Period(UNDO, "deleted_at"),
        example={"kind": "openai", "last_four": "last"},
    ),
)
