"""What the edge contributes to the house."""

from strongroom.kernel import Domain

from . import proofs


DOMAIN = Domain(
    "middleware",
    proofs=(proofs.only_new_tls_is_spoken, proofs.hsts_on_every_answer),
)
