"""What witnessing contributes to the house: work in the background alone."""

from strongroom.kernel import Domain


DOMAIN = Domain("witnesses")
