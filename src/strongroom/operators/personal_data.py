"""What is kept about operators, who are staff and no customers."""

from strongroom.kernel import PersonalTable


STAFF = "people of the operator, no customers: they go by strongroom operators remove"

TABLES = (
    PersonalTable.about_nobody(
        "strongroom.operators",
        "Operators",
        because=STAFF,
        impersonal=("email", "verifier", "sealed"),
        backed_up="no, because a removed operator must not come back to life",
    ),
    PersonalTable.about_nobody(
        "strongroom.operator_sessions",
        "Sessions of operators",
        because=STAFF,
        impersonal=("digest", "address", "user_agent"),
        kept="while the operator's row is kept, so that it can be seen who acted",
        backed_up="no, because a session must not come back to life",
        example={"address": "192.0.2.1"},
    ),
)
