"""How a one-time value says no: the same words for every reason."""

from strongroom.kernel import Refusal


class OneTimeValueSpent(Refusal):
    """The value was used, has expired, was tried too often, or never existed."""

    code, status, title = "link-spent", 410, "This link was used or has expired."
