"""What people read of a role."""

from strongroom.access import EVERYONE, GRANTABLE, GRANTS, SERVICES, SIGNED_IN
from strongroom.roles.policy import GROUPS, RESERVED, in_groups, in_the_way


def test_each_action_of_an_organization_stands_in_plain_words_once() -> None:
    """A new one cannot be forgotten, and no two read alike under one heading."""
    free = (EVERYONE, SIGNED_IN, SERVICES)
    decided = sorted(name for name, roles in GRANTS.items() if roles not in free)
    told = [name for words in GROUPS.values() for name in words]
    assert sorted(told) == decided
    for words in GROUPS.values():
        assert len(set(words.values())) == len(words)


def test_no_role_is_called_as_anybody_whom_the_gate_knows() -> None:
    """Neither as a built-in role, nor as everyone, who is signed in, or a service."""
    known = frozenset().union(*GRANTS.values())
    assert known >= EVERYONE | SIGNED_IN | SERVICES
    assert known <= RESERVED


def test_groups_hold_what_was_asked_for_and_no_empty_heading() -> None:
    """And nothing that this version does not know."""
    shown = in_groups({"audit.read", "no.such"})
    assert shown == [("Audit log", [("audit.read", "Read the log")])]
    listed = {name for _, actions in in_groups(GRANTABLE) for name, _ in actions}
    assert listed == GRANTABLE


def test_a_long_list_of_holders_is_cut() -> None:
    """So many are named as can be worked through."""
    many = [f"{number}@example.invalid" for number in range(7)]
    assert "4@example.invalid and 2 more" in in_the_way(many)
    assert "more" not in in_the_way(many[:5])
