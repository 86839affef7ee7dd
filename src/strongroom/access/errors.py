"""How access says no, and what stops a face from starting."""

from strongroom.kernel import Forbidden, Invalid


class NoSuchAction(Invalid):
    """Somebody asks about an action that the policy does not list."""

    code, status, title = "no-such-action", 422, "There is no such action."


class StepUpRequired(Forbidden):
    """The action asks for a second factor, and the session has shown none lately."""

    code, status = "step-up-required", 403
    title = "Show your second factor again first."


class UnknownAction(Exception):
    """A route declares an action that the policy does not list, or none at all."""
