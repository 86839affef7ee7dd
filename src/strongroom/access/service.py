"""The one gate for actions.

Guards against a route that forgets to ask: faces declare an action, the gate
decides, and an unlisted action stops the start. It does not look at rows; which
rows exist for a caller is the database's decision.
"""

from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID

from strongroom.kernel import Acting, Forbidden, NotFound, Unauthenticated
from strongroom.organizations import Member, Organizations, RoleNames

from .errors import (
    FactorMissing,
    NetworkNotAllowed,
    NoSuchAction,
    NotForOperators,
    ScopeMissing,
    StepUpRequired,
    UnknownAction,
    WayNotAllowed,
)
from .models import Action, Explanation
from .policy import (
    EVERY_ROLE,
    EVERYONE,
    GRANTABLE,
    GRANTS,
    NEVER_BY_KEY,
    OF_ACTING,
    OF_ITSELF,
    REACHED,
    ROLES,
    SIGNED_IN,
    STEP_UP,
)


OwnRoles = Mapping[str, frozenset[Action]]
"""What each role holds that an organization defined, by its name."""

NO_ROLES: OwnRoles = MappingProxyType({})


def require_action(
    action: Action,
    role: str | None,
    *,
    signed_in: bool,
    scopes: frozenset[str] | None = None,
    fresh: bool = False,
    barred: str | None = None,
    acting: Acting | None = None,
    granted: frozenset[Action] | None = None,
) -> None:
    """Let *action* pass for a caller with *role* in the current organization.

    A role that the organization defined passes for the actions *granted* to it.

    An API key passes where its *scopes* and its maker's present role both allow it.
    *fresh* says whether the account's second factor, if it has one, was shown lately,
    *barred* what of the organization's sign-in policy the caller does not meet.
    An operator who is *acting* as the caller passes where that is open to operators.

    Raises:
        Unauthenticated: nobody is signed in and the action needs somebody.
        Forbidden: the role does not include the action.
        ScopeMissing: the scopes do not include it, or no key does it.
        FactorMissing: the organization asks for a second factor, and there is none.
        NetworkNotAllowed: the organization lets nobody in from there.
        WayNotAllowed: the organization does not allow the way the session began.
        NotForOperators: an operator is acting, and the action is the person's alone.
        StepUpRequired: the action needs a fresh second factor.
        UnknownAction: the policy does not list it.

    """
    allowed = who_can(action)
    if allowed is EVERYONE:
        return
    if not signed_in:
        raise Unauthenticated
    _require_unbarred(action, barred)
    _require_scope(action, scopes)
    if acting is not None and action not in OF_ACTING[acting]:
        raise NotForOperators
    if allowed is not SIGNED_IN and not includes(role, action, granted):
        raise Forbidden
    # An operator cannot show the customer's factor, and has shown their own.
    if action in STEP_UP and not fresh and acting is None:
        raise StepUpRequired


def _require_scope(action: Action, scopes: frozenset[str] | None) -> None:
    if scopes is None:
        return
    if action in NEVER_BY_KEY:
        message = f"No key and no app does {action}: sign in."
        raise ScopeMissing(message)
    if action not in scopes:
        message = f"It takes the scope {action}."
        raise ScopeMissing(message)


_UNMET: Mapping[str, type[Forbidden]] = {
    "network": NetworkNotAllowed,
    "way": WayNotAllowed,
    "factor": FactorMissing,
}


def _require_unbarred(action: Action, barred: str | None) -> None:
    if barred is not None and action not in REACHED[barred]:
        raise _UNMET[barred]


def includes(
    role: str | None, action: Action, granted: frozenset[Action] | None
) -> bool:
    """Say whether a role includes an action of the organization's.

    One that the organization defined holds what is *granted* to it, as far as that can
    be granted at all: what is stored outlives the version that knew it.
    """
    if granted is None:
        return role in who_can(action)
    return action in EVERY_ROLE or action in granted & GRANTABLE


def actions_of(
    role: str,
    acting: Acting | None = None,
    granted: frozenset[Action] | None = None,
) -> frozenset[Action]:
    """Return what somebody signed in with *role* may do, or an operator as them."""
    own = frozenset(
        action
        for action, allowed in GRANTS.items()
        if allowed in (EVERYONE, SIGNED_IN) or includes(role, action, granted)
    )
    return own if acting is None else own & OF_ACTING[acting]


def actions_for_keys(
    role: str, granted: frozenset[Action] | None = None
) -> frozenset[Action]:
    """Return every action that a key made by somebody with *role* may have as scope.

    What is a person's own stays with the person, but for who they are.
    """
    return frozenset(
        action
        for action in GRANTS
        if includes(role, action, granted) and action not in NEVER_BY_KEY
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


def explain(action: Action, role: str, own: OwnRoles = NO_ROLES) -> Explanation:
    """Say whether the gate lets somebody signed in with *role* do *action*, and why.

    The organization's *own* roles are told by their names and what they hold.

    Raises:
        NoSuchAction: the policy does not list it.

    """
    roles, granted = _roles_of(action, own), own.get(role)
    try:
        require_action(action, role, signed_in=True, fresh=True, granted=granted)
    except Forbidden:
        allowed, why = False, _why_refused(roles, role)
    else:
        allowed, why = True, _why_allowed(action, role)
    return Explanation(
        action,
        role,
        allowed,
        why,
        roles,
        _held(role, granted),
        asks_factor=action in STEP_UP,
        by_key=action in actions_for_keys(role, granted),
    )


def _held(role: str, granted: frozenset[Action] | None) -> tuple[Action, ...]:
    return tuple(each for each in sorted(GRANTS) if includes(role, each, granted))


def _roles_of(action: Action, own: OwnRoles) -> tuple[str, ...]:
    try:
        allowed = who_can(action)
    except UnknownAction:
        raise NoSuchAction(fields={"action": NoSuchAction.title}) from None
    free = allowed in (EVERYONE, SIGNED_IN)
    everyone = {**dict.fromkeys(ROLES), **own}
    return tuple(
        role
        for role, granted in everyone.items()
        if free or includes(role, action, granted)
    )


def _why_allowed(action: Action, role: str) -> str:
    allowed = who_can(action)
    if action in OF_ITSELF:
        return f"The route asks for no role: it proves the caller {OF_ITSELF[action]}."
    if allowed is EVERYONE:
        return "Everybody may, signed in or not."
    if allowed is SIGNED_IN:
        return "Whoever is signed in may, for what is their own."
    return f"The role {role} includes it."


def _why_refused(roles: tuple[str, ...], role: str) -> str:
    if not roles:  # The action is a service's.
        return f"It takes the signature of a service, and this is {role}."
    return f"It takes the role {_either(roles)}, and this is {role}."


def _either(roles: tuple[str, ...]) -> str:
    *most, last = roles
    return f"{', '.join(most)} or {last}" if most else last


class Access:
    """Answers about members: may they, and who may."""

    def __init__(self, organizations: Organizations, names: RoleNames) -> None:
        """Look members up in *organizations*, and what their own roles hold."""
        self._organizations, self._names = organizations, names

    async def explain(
        self, organization_id: UUID, account_id: UUID, action: Action
    ) -> Explanation:
        """Say whether a member may do *action* at this moment, and why.

        Raises:
            NotFound: no such member here.
            NoSuchAction: the policy does not list the action.

        """
        own = await self._names.own(organization_id)
        for member in await self._organizations.members(organization_id):
            if member.account_id == account_id:
                return explain(action, member.role, own)
        raise NotFound

    async def who_can(self, organization_id: UUID, action: Action) -> list[Member]:
        """Return the members who may do *action* at this moment.

        Raises:
            NoSuchAction: the policy does not list it.

        """
        members = await self._organizations.members(organization_id)
        own = await self._names.own(organization_id)
        return [each for each in members if explain(action, each.role, own).allowed]

    async def plan(self, organization_id: UUID) -> list[Explanation]:
        """Return of every action which roles of an organization may do it."""
        own = await self._names.own(organization_id)
        return [explain(each, "owner", own) for each in sorted(GRANTS)]
