"""How the way out says no, and how it says that nobody answered."""

from strongroom.kernel import Invalid, Refusal


class EgressRefused(Invalid):
    """The host may not be reached: it is not listed, or its address is not public.

    Private, loopback and link-local addresses are refused, unless the operator of the
    server lists their network in its settings.
    """

    code, status, title = "egress-refused", 422, "This host may not be reached."


class HostUnreachable(Refusal):
    """The host did not answer, or not over verified TLS."""

    code, status, title = "host-unreachable", 502, "The host did not answer."


class HostRefused(Refusal):
    """The host answered, and refused the credential or what was asked with it."""

    code, status, title = "host-refused", 502, "The host refused what was asked."


class Gone(HostRefused):
    """The receiver says that nothing will ever be taken there again (410)."""
