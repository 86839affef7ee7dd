"""What log streams keep about people: nothing; what they send leaves the house."""

from strongroom.kernel import PersonalTable


TABLES = (
    PersonalTable.about_nobody(
        "strongroom.log_streams",
        "Log streams",
        because="where an organization has its audit log sent to, and how far that is",
        impersonal=(
            "name",
            "origin",
            "form",
            "target",
            "secret",
            "former_secret",
            "authority",
            "failure",
        ),
        kept="until it is deleted, or the organization is",
        example={"form": "entries"},
    ),
)
