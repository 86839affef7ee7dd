"""How access says no, and what stops a face from starting."""

from strongroom.kernel import Forbidden, Invalid


class NoSuchAction(Invalid):
    """Somebody asks about an action that the policy does not list."""

    code, status, title = "no-such-action", 422, "There is no such action."


class NotForOperators(Forbidden):
    """An operator acts as somebody, and this is that person's alone."""

    code, status = "not-for-operators", 403
    title = "Nobody may do this in somebody else's name."


class ScopeMissing(Forbidden):
    """The scopes of an API key or an app do not include it, or it is no program's."""

    code, status = "scope-missing", 403
    title = "The scopes of this credential do not include this."


class StepUpRequired(Forbidden):
    """The action asks for a second factor, and the session has shown none lately."""

    code, status = "step-up-required", 403
    title = "Show your second factor again first."


class FactorMissing(Forbidden):
    """The organization asks for a second factor, and the account has none."""

    code, status = "factor-missing", 403
    title = "Your organization asks for a second factor. Turn one on first."


class NetworkNotAllowed(Forbidden):
    """The organization lets requests come from certain networks alone."""

    code, status = "network-not-allowed", 403
    title = "Your organization does not let you in from this network."


class WayNotAllowed(Forbidden):
    """The organization does not allow the way by which the session began."""

    code, status = "way-not-allowed", 403
    title = "Your organization asks for another way in. Sign in anew by one of its own."


class UnknownAction(Exception):
    """A route declares an action that the policy does not list, or none at all."""
