"""How the trust domain says no."""

from strongroom.kernel import Conflict


class NotAttestable(Conflict):
    """No human's word counts for this claim, or this word cannot be kept."""

    code, status, title = "not-attestable", 409, "This cannot be attested."
