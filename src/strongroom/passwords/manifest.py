"""What passwords contribute to the house."""

from strongroom.kernel import Domain

from . import personal_data, proofs


DOMAIN = Domain(
    "passwords",
    proofs=(
        proofs.every_verifier_is_strong,
        proofs.rules_hold_at_sign_up,
        proofs.no_password_is_found_anywhere,
        proofs.old_verifiers_are_made_anew,
    ),
    personal_data=personal_data.TABLES,
)
