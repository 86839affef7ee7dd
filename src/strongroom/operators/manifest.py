"""What operators contribute to the house."""

from strongroom.kernel import Domain
from strongroom.vault import SealedColumn

from . import events, pages, personal_data, proofs, proofs_lifetimes
from .service import COLUMN, TABLE


DOMAIN = Domain(
    "operators",
    operator_pages=(
        pages.overview,
        pages.trail,
        pages.sign_in_form,
        pages.sign_in,
        pages.sign_out,
        pages.set_up_form,
        pages.set_up,
    ),
    events=(
        events.ADD,
        events.REMOVE,
        events.SET_UP,
        events.SIGN_IN,
        events.SIGN_OUT,
    ),
    proofs=(
        proofs.administration_stands_apart,
        proofs_lifetimes.short_classes_end,
    ),
    personal_data=personal_data.TABLES,
    sealed=(SealedColumn(TABLE, COLUMN, row="id", owner="id", kind="person"),),
)
