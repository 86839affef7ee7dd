"""What roles keep about people: nothing; who has one stands with the membership."""

from strongroom.kernel import PersonalTable


TABLES = (
    PersonalTable.about_nobody(
        "strongroom.roles",
        "Roles of organizations",
        because="an organization's plan, with names of duties and of no person",
        impersonal=(
            "name",
            "description",
            "actions",
            "earlier_description",
            "earlier_actions",
        ),
        kept="until the organization deletes it or is gone",
        example={"name": "support", "actions": "{audit.read}"},
    ),
)
