"""What break-glass contributes to the house."""

from strongroom.kernel import Domain

from . import events, pages, personal_data, proofs


DOMAIN = Domain(
    "break_glass",
    operator_pages=(pages.grants, pages.ask, pages.approve, pages.end),
    events=(events.ASK, events.APPROVE, events.END),
    proofs=(proofs.two_people_and_an_end,),
    personal_data=personal_data.TABLES,
)
