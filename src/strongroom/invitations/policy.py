"""Who may give away which role, how long a link holds, and its mail."""

from datetime import timedelta

from strongroom.access import actions_of
from strongroom.organizations import BUILT_IN, OwnerByOffer, RoleUnknown

from .errors import RoleTooHigh


INVITATION = "accept an invitation"
LIFETIME = timedelta(days=7)
PAGE = "/invitation"
OWNER = "owner"


def require_within(
    role: str,
    granted: frozenset[str] | None,
    own: str,
    own_granted: frozenset[str] | None,
) -> None:
    """Accept a *role* that may do nothing that whoever gives it, with *own*, may not.

    What is *granted* to each is None for a role that is built in.

    Raises:
        OwnerByOffer: it is the owner's, which is offered to a member.
        RoleUnknown: it is neither built in nor one that the organization defined.
        RoleTooHigh: it may do more.

    """
    if role not in BUILT_IN and granted is None:
        raise RoleUnknown(fields={"role": RoleUnknown.title})
    given = actions_of(role, granted=granted)
    if not given <= actions_of(own, granted=own_granted):
        raise RoleTooHigh(fields={"role": RoleTooHigh.title})
    if role == OWNER:
        raise OwnerByOffer(fields={"role": OwnerByOffer.title})


def mail_of(service: str, organization: str, role: str, link: str) -> tuple[str, str]:
    """Return subject and text of the mail that invites."""
    return f"You are invited to {organization} at {service}", (
        f"Somebody of {organization} invites you to join them at {service}"
        f" as {role}.\n\n"
        f"Accept within seven days:\n\n{link}\n\n"
        "If you do not know them, do nothing: nobody joins without this link.\n"
    )
