"""What limits keep about people: nothing that names one."""

from strongroom.kernel import PersonalTable


TABLES = (
    PersonalTable.about_nobody(
        "strongroom.limit_budgets",
        "Budgets that were spent from",
        because="a keyed hash and a moment; without the key it names nobody",
        impersonal=("key",),
        kept="until the budget is whole again, an hour by the bundled rules",
        backed_up="no, because a restored limit would hold up nobody in particular",
    ),
    PersonalTable.about_nobody(
        "strongroom.limit_sightings",
        "Attempts that may become an alarm",
        because="two keyed hashes; without the key they name nobody",
        impersonal=("key", "other"),
        kept="until an alarm's window has passed, ten minutes by the bundled rules",
        backed_up="no, because it lives for minutes",
    ),
)
