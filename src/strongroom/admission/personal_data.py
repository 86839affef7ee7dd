"""What admission keeps about people: nothing; it is about organizations."""

from strongroom.kernel import PersonalTable


TABLES = (
    PersonalTable.about_nobody(
        "strongroom.sign_in_policies",
        "Sign-in policies",
        because="an organization's rule, with networks and no person's address",
        impersonal=("networks", "previous", "ways"),
        kept="until the organization is gone",
        example={"networks": "{192.0.2.0/24}"},
    ),
)
