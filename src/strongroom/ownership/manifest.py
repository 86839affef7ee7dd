"""What ownership contributes to the house."""

from strongroom.kernel import Domain

from . import api, events, pages, personal_data, proofs


DOMAIN = Domain(
    "ownership",
    api=(api.open_offer, api.offer, api.withdraw, api.accept, api.decline),
    pages=(
        pages.ownership_page,
        pages.offer,
        pages.withdraw,
        pages.accept,
        pages.decline,
    ),
    events=(events.OFFER, events.WITHDRAW, events.ACCEPT, events.DECLINE),
    exercises=(proofs.offer, proofs.withdraw, proofs.accept, proofs.decline),
    personal_data=personal_data.TABLES,
)
