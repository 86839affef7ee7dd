"""What notices contribute to the house."""

from strongroom.kernel import Domain

from . import proofs


DOMAIN = Domain("notices", proofs=(proofs.owners_hear_and_can_freeze,))
