"""What the vault contributes to the house."""

from strongroom.kernel import Domain

from . import api, events, personal_data, proofs
from .models import SealedColumn


DOMAIN = Domain(
    "vault",
    api=(api.seal, api.opened, api.delete),
    events=(events.SEAL, events.DELETE),
    proofs=(
        proofs.stored_values_are_sealed,
        proofs.nothing_stored_opens_the_vault,
        proofs.both_shares_are_needed,
    ),
    exercises=(proofs.seal, proofs.delete),
    sealed=(
        SealedColumn("strongroom.vault_checks", "label"),
        SealedColumn("strongroom.vault_checks", "phrase"),
    ),
    personal_data=personal_data.TABLES,
)
