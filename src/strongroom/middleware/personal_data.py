"""What the edge keeps about people: nothing; it counts, and names no visitor."""

from datetime import timedelta

from strongroom.kernel import Period, PersonalTable

from .store import DAYS_KEPT


TABLES = (
    PersonalTable.about_nobody(
        "strongroom.csp_reports",
        "What browsers report about the content policy",
        because="counts per day, without a visitor, a query or a fragment",
        impersonal=("directive", "blocked", "document"),
        kept=Period(timedelta(days=DAYS_KEPT), "day"),
    ),
)
