"""What access contributes to the house."""

from strongroom.kernel import Domain

from . import proofs


DOMAIN = Domain("access", proofs=(proofs.every_cell_is_as_planned,))
