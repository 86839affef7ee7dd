"""How impersonation says no."""

from strongroom.kernel import Conflict, NotFound, Refusal


class AlreadyActing(Conflict):
    """Nobody acts as somebody while acting as somebody: end the first one."""

    code, status = "already-acting", 409
    title = "You act as somebody already. End that first."


class HandOverExpired(Refusal):
    """The hand-over was used, waited for over a minute, or its operator is gone."""

    code, status = "hand-over-expired", 410
    title = "This hand-over is used up. Begin again on the operators' pages."


class NoSuchMember(NotFound):
    """The organization has no such member, or there is no such organization."""

    code, status, title = "not-found", 404, "The organization has no such member."
