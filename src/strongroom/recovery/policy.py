"""The mails of recovery, and how long their links hold."""

from datetime import timedelta


RESET = "reset a password"
LINK_LIFETIME = timedelta(hours=1)  # NIST SP 800-63B-4 §4.2.1.2 allows a day by mail.


def reset_link(service: str, link: str) -> tuple[str, str]:
    """Return subject and text of the mail that lets its reader choose a password."""
    return f"Choose a new password for {service}", (
        f"Somebody, we hope you, has forgotten the password for {service}.\n\n"
        f"Choose a new one within one hour:\n\n{link}\n\n"
        "Every device is signed out when you do.\n"
        "If this was not you, do nothing: the password stays as it is.\n"
    )


def nobody_here(service: str, link: str) -> tuple[str, str]:
    """Return subject and text of the mail to an address that cannot sign in."""
    return f"No account for this address at {service}", (
        f"Somebody, maybe you, asked for a new password for {service}.\n"
        "No account can sign in with this address, so nothing was changed.\n"
        "You may have used another address.\n\n"
        f"Sign up here:\n\n{link}\n"
    )


def frozen(service: str, link: str) -> tuple[str, str]:
    """Return subject and text of the mail that leads an owner back in."""
    return f"Your account at {service} is frozen", (
        f"You froze your account at {service}. Everybody is signed out of it, its API\n"
        "keys have ended, and nobody can sign in.\n\n"
        f"Choose a new password within one hour to open it again:\n\n{link}\n\n"
        "Too late? Ask for another link on the sign-in page.\n"
    )


def changed(service: str, link: str, *, on_keys: str) -> tuple[str, str]:
    """Return subject and text of the mail that tells of a new password.

    *on_keys* says which API keys go on working, or nothing.
    """
    return f"Your password for {service} was changed", (
        f"The password for {service} was changed with a link that was mailed here,\n"
        f"and every device was signed out.\n\n{on_keys}"
        "If this was not you, somebody reads your mail. Secure it first, then ask for\n"
        f"another link:\n\n{link}\n"
    )
