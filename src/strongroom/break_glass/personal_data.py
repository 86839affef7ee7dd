"""What break-glass keeps, which is about operators and organizations."""

from strongroom.kernel import PersonalTable


TABLES = (
    PersonalTable.about_nobody(
        "strongroom.break_glass_grants",
        "Emergency access",
        because="operators, who are staff, and the organization that it was about",
        impersonal=("reason",),
        kept="until the organization, or an operator in it, is gone",
        backed_up="no, because a grant that ended must not come back to life",
    ),
)
