"""How operators say no."""

from strongroom.kernel import NotFound, Refusal, Unauthenticated


class OperatorRefused(Refusal):
    """Address, password or code is not right, or too many were wrong: one answer."""

    code, status = "operator-refused", 401
    title = "That did not match. After five wrong tries, wait for a quarter of an hour."


class OperatorUnknown(Unauthenticated):
    """Nobody of the operator is signed in, or the session has ended."""

    code, status, title = "operator-unknown", 401, "Sign in as an operator first."


class SetUpExpired(Refusal):
    """The link was used, or waited too long; ``strongroom operators add`` makes one."""

    code, status = "set-up-expired", 410
    title = "This link is used up. Run strongroom operators add again."


class NoSuchOperator(NotFound):
    """There is no operator of that address."""

    code, status, title = "not-found", 404, "There is no such operator."
