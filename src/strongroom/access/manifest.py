"""What access contributes to the house."""

from strongroom.kernel import Domain

from . import api, pages, proofs


DOMAIN = Domain(
    "access",
    api=(api.explain_action, api.who_can_do),
    pages=(pages.access_page,),
    proofs=(proofs.every_cell_is_as_planned,),
)
