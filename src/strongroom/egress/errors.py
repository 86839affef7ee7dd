"""How the way out says no, and how it says that nobody answered."""

from strongroom.kernel import Refusal


class EgressRefused(Refusal):
    """The host is not on the operator's list, or its address is not a public one."""

    code, status, title = "egress-refused", 422, "This host may not be reached."


class HostUnreachable(Refusal):
    """The host did not answer, or not over verified TLS."""

    code, status, title = "host-unreachable", 502, "The host did not answer."


class HostRefused(Refusal):
    """The host answered, and refused the credential or what was asked with it."""

    code, status, title = "host-refused", 502, "The host refused what was asked."
