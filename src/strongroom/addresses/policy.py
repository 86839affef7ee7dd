"""The mails of a change of address, and how long their links hold."""

from datetime import timedelta


CONFIRM = "confirm a new address"
CONFIRM_LIFETIME = timedelta(hours=1)
UNDO = "undo a change of address"
UNDO_LIFETIME = timedelta(hours=72)


def confirmation(service: str, link: str) -> tuple[str, str]:
    """Return subject and text of the mail to the new address."""
    return f"Confirm your new address for {service}", (
        f"Somebody, we hope you, wants to sign in to {service} with this address.\n\n"
        f"Confirm it within one hour:\n\n{link}\n\n"
        "If this was not you, do nothing: nothing changes.\n"
    )


def taken(service: str, link: str) -> tuple[str, str]:
    """Return subject and text of the mail to an address that has an account."""
    return f"You have an account at {service}", (
        f"Somebody, maybe you, wanted to move an account at {service} to this\n"
        "address. It has an account already, so nothing was changed.\n\n"
        f"Sign in to it here:\n\n{link}\n"
    )


def moved(service: str, link: str) -> tuple[str, str]:
    """Return subject and text of the mail to the old address."""
    return f"Your address at {service} was changed", (
        f"Your account at {service} has another e-mail address from now on.\n"
        "Mail about it goes there, and this address signs in no more.\n\n"
        "If this was you, there is nothing to do.\n\n"
        "If it was not you, undo it within 72 hours. Everybody is signed out, and\n"
        "nobody signs in before you chose a new password by mail:\n\n"
        f"{link}\n"
    )
