"""The one gate for actions.

Guards against a route that forgets to ask: faces declare an action, the gate
decides, and an unlisted action stops the start. It does not look at rows; which
rows exist for a caller is the database's decision.
"""

from strongroom.kernel import Acting, Forbidden, Unauthenticated

from .errors import NotForOperators, StepUpRequired, UnknownAction
from .models import Action
from .policy import EVERYONE, GRANTS, NEVER_BY_KEY, OF_ACTING, SIGNED_IN, STEP_UP


def require_action(
    action: Action,
    role: str | None,
    *,
    signed_in: bool,
    scopes: frozenset[str] | None = None,
    fresh: bool = False,
    acting: Acting | None = None,
) -> None:
    """Let *action* pass for a caller with *role* in the current organization.

    An API key passes where its *scopes* and its maker's present role both allow it.
    *fresh* says whether the account's second factor, if it has one, was shown lately.
    An operator who is *acting* as the caller passes where that is open to operators.

    Raises:
        Unauthenticated: nobody is signed in and the action needs somebody.
        Forbidden: the role does not include the action, or the scopes do not.
        NotForOperators: an operator is acting, and the action is the person's alone.
        StepUpRequired: the action needs a fresh second factor.
        UnknownAction: the policy does not list it.

    """
    allowed = who_can(action)
    if allowed is EVERYONE:
        return
    if not signed_in:
        raise Unauthenticated
    if scopes is not None and action not in scopes - NEVER_BY_KEY:
        raise Forbidden
    if acting is not None and action not in OF_ACTING[acting]:
        raise NotForOperators
    if allowed is not SIGNED_IN and role not in allowed:
        raise Forbidden
    if action in STEP_UP and not fresh:
        raise StepUpRequired


def actions_of(role: str, acting: Acting | None = None) -> frozenset[Action]:
    """Return what somebody signed in with *role* may do, or an operator as them."""
    own = frozenset(
        action
        for action, allowed in GRANTS.items()
        if allowed in (EVERYONE, SIGNED_IN) or role in allowed
    )
    return own if acting is None else own & OF_ACTING[acting]


def actions_for_keys(role: str) -> frozenset[Action]:
    """Return every action that a key made by somebody with *role* may have as scope.

    What is a person's own stays with the person, but for who they are.
    """
    return frozenset(
        action
        for action, allowed in GRANTS.items()
        if role in allowed and action not in NEVER_BY_KEY
    ) | {"session.read"}


def who_can(action: Action) -> frozenset[str]:
    """Return the roles that may do *action*.

    Raises:
        UnknownAction: the policy does not list it.

    """
    try:
        return GRANTS[action]
    except KeyError:
        message = f"the access policy does not list the action {action!r}"
        raise UnknownAction(message) from None
