"""What each role may do."""

from itertools import pairwise

import pytest

from strongroom.access import (
    BY_OPERATOR,
    EVERYONE,
    GRANTS,
    SERVICES,
    SIGNED_IN,
    STEP_UP,
    FactorMissing,
    NetworkNotAllowed,
    NotForOperators,
    StepUpRequired,
    WayNotAllowed,
    actions_of,
    require_action,
    who_can,
)
from strongroom.access.errors import UnknownAction
from strongroom.access.policy import REACHED, UNBARRED
from strongroom.kernel import Acting, Forbidden, Unauthenticated


ROLES = ("owner", "admin", "member", "viewer")

OF_PEOPLE = {action for action, roles in GRANTS.items() if roles is not SERVICES}


@pytest.mark.parametrize("role", ROLES)
def test_the_list_of_a_role_is_what_the_gate_lets_through(role: str) -> None:
    """What a page offers and what the gate allows cannot drift apart."""
    for action in GRANTS:
        if action in actions_of(role):
            require_action(action, role, signed_in=True, fresh=True)
        else:
            with pytest.raises(Forbidden):
                require_action(action, role, signed_in=True)


def test_sensitive_actions_ask_for_a_fresh_factor_and_no_others() -> None:
    """Whoever may do one is refused until the second factor was shown lately."""
    assert {"integration.reveal", "password.change", "totp.disable"} <= STEP_UP
    for action in OF_PEOPLE:
        if action in STEP_UP:
            with pytest.raises(StepUpRequired):
                require_action(action, "owner", signed_in=True)
        else:
            require_action(action, "owner", signed_in=True)


def test_each_role_may_do_at_least_what_the_next_one_may() -> None:
    """Owner, admin, member, viewer: no lesser role has a right that a higher lacks."""
    for higher, lesser in pairwise(ROLES):
        assert actions_of(lesser) <= actions_of(higher)
    assert actions_of("owner") == OF_PEOPLE
    assert {who_can(action) for action in GRANTS.keys() - OF_PEOPLE} == {SERVICES}


def test_an_unknown_role_has_no_right_of_members() -> None:
    """A role that the policy does not know has what everybody has, and no more."""
    assert {who_can(action) for action in actions_of("root")} == {EVERYONE, SIGNED_IN}


def test_a_stranger_passes_for_the_public_only() -> None:
    """Nobody signed in means: only what is everyone's."""
    for action, allowed in GRANTS.items():
        if allowed is EVERYONE:
            require_action(action, None, signed_in=False)
        else:
            with pytest.raises(Unauthenticated):
                require_action(action, None, signed_in=False)


def test_an_unlisted_action_belongs_to_nobody() -> None:
    """Forgetting to list an action refuses it, even to the owner."""
    with pytest.raises(UnknownAction):
        require_action("vault.open", "owner", signed_in=True)


@pytest.mark.parametrize("acting", ["impersonation", "break-glass"])
def test_an_operator_does_nothing_that_is_the_persons_alone(acting: Acting) -> None:
    """Neither class makes keys, shows secrets, or touches factors and personal data."""
    never = {
        "api-key.create",
        "integration.reveal",
        "integration.use",
        "integration.create",
        "password.change",
    }
    for action in GRANTS:
        kind = action.partition(".")[0]
        if action in never or kind in {"privacy", "totp"}:
            with pytest.raises(NotForOperators):
                require_action(
                    action, "owner", signed_in=True, fresh=True, acting=acting
                )


def test_what_an_operator_may_do_is_what_the_gate_lets_through() -> None:
    """Break-glass adds to looking, and the list is the gate's own."""
    look, change = (
        actions_of("owner", each) for each in ("impersonation", "break-glass")
    )
    assert look == BY_OPERATOR
    assert look < change
    for action in change:
        require_action(action, "owner", signed_in=True, acting="break-glass")
    closed = {a for a in GRANTS if a not in look and who_can(a) is not EVERYONE}
    assert len(closed) > len(look)
    for action in closed:
        with pytest.raises(Forbidden):
            require_action(action, "owner", signed_in=True, acting="impersonation")


@pytest.mark.parametrize(
    ("barred", "refusal"),
    [("network", NetworkNotAllowed), ("way", WayNotAllowed), ("factor", FactorMissing)],
)
def test_whoever_does_not_meet_the_policy_reaches_what_leads_on(
    barred: str, refusal: type[Forbidden]
) -> None:
    """And nothing of the organization, which other programs are told of neither."""
    for action in OF_PEOPLE:
        if GRANTS[action] is EVERYONE or action in REACHED[barred]:
            assert GRANTS[action] in (EVERYONE, SIGNED_IN), action
            require_action(action, "owner", signed_in=True, fresh=True, barred=barred)
        else:
            with pytest.raises(refusal):
                require_action(action, "owner", signed_in=True, barred=barred)
    assert REACHED[barred] >= UNBARRED
    assert "session.read" not in REACHED[barred]
