"""What ownership keeps about people."""

from datetime import timedelta

from strongroom.kernel import Period, PersonalTable, Subject


TABLES = (
    PersonalTable(
        table="strongroom.ownership_offers",
        title="Offers of ownership",
        subject=Subject("taker_id", by="account"),
        also=(Subject("giver_id", by="account", others=("taker_id",)),),
        purpose="lets you decide whether to own an organization",
        ground="contract",
        kept=Period(timedelta(days=30), "expires_at"),
        backed_up="no, because an offer holds for a week",
    ),
)
