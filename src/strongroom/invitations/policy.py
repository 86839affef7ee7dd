"""Who may give away which role, how long a link holds, and its mail."""

from datetime import timedelta

from strongroom.access import actions_of
from strongroom.organizations import Role

from .errors import RoleTooHigh


INVITATION = "accept an invitation"
LIFETIME = timedelta(days=7)
PAGE = "/invitation"


def require_within(role: Role, own: str) -> None:
    """Accept a *role* that may do nothing that *own* may not.

    Raises:
        RoleTooHigh: it may.

    """
    if not actions_of(role) <= actions_of(own):
        raise RoleTooHigh(fields={"role": RoleTooHigh.title})


def mail_of(service: str, organization: str, role: str, link: str) -> tuple[str, str]:
    """Return subject and text of the mail that invites."""
    return f"You are invited to {organization} at {service}", (
        f"Somebody of {organization} invites you to join them at {service}"
        f" as {role}.\n\n"
        f"Accept within seven days:\n\n{link}\n\n"
        "If you do not know them, do nothing: nobody joins without this link.\n"
    )
