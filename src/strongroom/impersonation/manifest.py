"""What impersonation contributes to the house."""

from strongroom.kernel import Domain

from . import events, pages, personal_data


DOMAIN = Domain(
    "impersonation",
    pages=(pages.arrive, pages.act),
    operator_pages=(
        pages.organizations,
        pages.organization,
        pages.begin,
        pages.end,
    ),
    events=(events.BEGIN, events.END),
    personal_data=personal_data.TABLES,
)
