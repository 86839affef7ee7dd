"""What a role is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RoleWanted:
    """What a role shall be called, is for, and may do."""

    name: str
    description: str
    actions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Role:
    """A name for a set of actions in one organization."""

    name: str
    description: str
    actions: frozenset[str]
    members: int
    """How many have it."""

    is_built_in: bool = False
    """Whether every organization has it, as it is."""

    earlier: RoleWanted | None = None
    """What it was before its last change, if it was changed."""

    @property
    def own(self) -> frozenset[str] | None:
        """What is granted to it by the organization; None of a built-in one."""
        return None if self.is_built_in else self.actions
