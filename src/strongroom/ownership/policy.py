"""How long an offer holds, and its mail."""

from datetime import timedelta


LIFETIME = timedelta(days=7)
ADDRESS = "/console/ownership"


def mail_of(service: str, organization: str, link: str) -> tuple[str, str]:
    """Return subject and text of the mail that tells of an offer."""
    return f"You are offered to own {organization} at {service}", (
        f"An owner of {organization} wants you to own it at {service}.\n\n"
        f"Sign in and decide within seven days:\n\n{link}\n\n"
        "If you do nothing, nothing changes.\n"
    )
