"""The mails of signing up, how long links hold, and a cookie."""

from datetime import timedelta

from strongroom.kernel import Cookie, host_cookie


SIGN_UP = "confirm a sign-up"
LINK_LIFETIME = timedelta(hours=1)

WRITTEN_TO = "__Host-written-to"
"""The cookie that carries an address to the next page: addresses have no place in
URLs, which histories and logs keep."""


def written_to(email: str) -> Cookie:
    """Return the cookie that carries *email* for ten minutes."""
    return host_cookie(WRITTEN_TO, email, 600, same_site="lax")


def confirmation(service: str, link: str) -> tuple[str, str]:
    """Return subject and text of the mail that confirms an address."""
    return f"Confirm your address for {service}", (
        f"Somebody, we hope you, signed up for {service} with this address.\n\n"
        f"Confirm it within one hour:\n\n{link}\n\n"
        "The page asks for the password you chose.\n"
        "If this was not you, do nothing: without that password the link is useless.\n"
    )


def already_known(service: str, link: str) -> tuple[str, str]:
    """Return subject and text of the mail for an address that has an account."""
    return f"You have an account at {service}", (
        f"Somebody, maybe you, tried to sign up for {service} with this address.\n"
        "It has an account already, so nothing was changed.\n\n"
        f"Sign in here:\n\n{link}\n"
    )
