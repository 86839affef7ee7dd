"""How the way out says no."""

from strongroom.kernel import Invalid


class EgressRefused(Invalid):
    """The address is inside a network that requests of ours may not reach.

    Private, loopback and link-local addresses are refused, unless the operator of the
    server lists their network in its settings.
    """

    code, status, title = "egress-refused", 422, "That address cannot be reached."


class DeliveryFailed(Exception):
    """Something did not arrive; the message says why, in words for whoever set it up.

    ``retry_after`` is the pause in seconds that the receiver asked for, if it did.
    """

    def __init__(self, why: str, retry_after: int | None = None) -> None:
        """Fail for the reason *why*."""
        super().__init__(why)
        self.retry_after = retry_after


class HostUnknown(DeliveryFailed):
    """The name does not resolve."""
