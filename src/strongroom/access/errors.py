"""How access says no, and what stops a face from starting."""

from strongroom.kernel import Forbidden


class NotForOperators(Forbidden):
    """An operator acts as somebody, and this is that person's alone."""

    code, status = "not-for-operators", 403
    title = "Nobody may do this in somebody else's name."


class StepUpRequired(Forbidden):
    """The action asks for a second factor, and the session has shown none lately."""

    code, status = "step-up-required", 403
    title = "Show your second factor again first."


class UnknownAction(Exception):
    """A route declares an action that the policy does not list, or none at all."""
