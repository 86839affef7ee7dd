"""What trust contributes to the house."""

from strongroom.kernel import Domain

from . import api, pages, personal_data, proofs


DOMAIN = Domain(
    "trust",
    # Evidence has well-known addresses at the root, not below the API.
    pages=(
        pages.security,
        pages.claim,
        api.key_set,
        api.claims,
        api.evidence,
        api.security_text,
    ),
    proofs=(
        proofs.security_txt_is_in_date,
        proofs.answers_repeat_claims,
        proofs.every_sentence_is_backed,
    ),
    personal_data=personal_data.TABLES,
)
