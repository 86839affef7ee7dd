"""How access says no, and what stops a face from starting."""


class UnknownAction(Exception):
    """A route declares an action that the policy does not list, or none at all."""
