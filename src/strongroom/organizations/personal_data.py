"""What organizations keep about people."""

from strongroom.kernel import PersonalTable, Subject


TABLES = (
    PersonalTable.about_nobody(
        "strongroom.organizations",
        "Organizations",
        because="an organization is no person; a sole member's is erased with them",
        impersonal=("name",),
        kept="until its last member is erased",
    ),
    PersonalTable(
        table="strongroom.memberships",
        title="Memberships",
        subject=Subject("account_id", by="account"),
        purpose="says what you may see and do",
        impersonal=("role",),
        ground="contract",
        kept="until the membership ends",
        example={"role": "viewer"},
    ),
)
