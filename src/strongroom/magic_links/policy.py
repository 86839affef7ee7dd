"""A link and its code, made of what only the asking browser holds; and the mails.

The browser's cookie is the one-time value. Link and code are MACs of it (RFC 2104),
so nothing about them is stored, and neither is worth anything without the cookie.
"""

import base64
import hmac
from datetime import timedelta

from strongroom.crypto import to_base64url
from strongroom.kernel import Cookie, Secret, host_cookie


SIGN_IN = "sign in by mail"
ASKER_COOKIE = "__Host-magic-link"
CODE_LENGTH = 8
"""Characters of five bits each: ten guesses of 2**40 are none."""

MISREAD = str.maketrans("018", "OIB", " -")
"""What base32 (RFC 4648 §6) has no sign for is read as what it looks like."""


def link_of(key: bytes, asker: Secret) -> str:
    """Return the token that a mailed link carries: 256 bits, safe in a URL."""
    return to_base64url(_mac(key, "link", asker))


def code_of(key: bytes, asker: Secret) -> str:
    """Return the code beside the link: 40 bits in base32."""
    return base64.b32encode(_mac(key, "code", asker)[:5]).decode()


def tidy(typed: str) -> str:
    """Return a code as it was meant, whatever the spelling."""
    return typed.strip().upper().translate(MISREAD)


def is_code(typed: str) -> bool:
    """Say whether somebody typed a code; a link's token is five times as long."""
    return len(tidy(typed)) <= CODE_LENGTH


def is_link_of(key: bytes, asker: Secret, token: Secret) -> bool:
    """Say whether the browser that holds *asker* asked for the link of *token*."""
    own = _same(link_of(key, asker), token.reveal())
    return own and bool(asker.reveal())


def is_code_of(key: bytes, asker: Secret, typed: Secret) -> bool:
    """Say whether *typed* is the code that was mailed to whoever holds *asker*."""
    return _same(code_of(key, asker), tidy(typed.reveal()))


def asker_cookie(asker: Secret, wanted: str | None, lifetime: timedelta) -> Cookie:
    """Return the parts of the cookie by which the asking browser is known again.

    It holds the page that was *wanted* too, so that no mail has to say it. It is Lax,
    because a link in a mail that is read on the web leads here from there.
    """
    value = f"{asker.reveal()}~{wanted}" if wanted else asker.reveal()
    return _cookie(value, int(lifetime.total_seconds()))


def read_asker(cookie: str | None) -> tuple[Secret, str]:
    """Return who asked, by the *cookie*, and which page they wanted, if any."""
    asker, _, wanted = (cookie or "").partition("~")
    return Secret(asker), wanted


def clear_asker_cookie() -> Cookie:
    """Return the parts of the cookie that takes it away."""
    return _cookie("", 0)


def sign_in_mail(
    service: str, link: str, code: str, lifetime: timedelta
) -> tuple[str, str]:
    """Return subject and text of the mail that lets its reader in."""
    minutes = int(lifetime.total_seconds() // 60)
    return f"Sign in to {service}", (
        f"Somebody, we hope you, wants to sign in to {service} with this address.\n\n"
        f"Open this link within {minutes} minutes, in the browser that asked:\n\n"
        f"{link}\n\n"
        "Reading this on another device? Type this code on the one that asked:\n\n"
        f"{code[:4]}-{code[4:]}\n\n"
        "If this was not you, do nothing, and tell nobody the code.\n"
    )


def nobody_here(service: str, link: str) -> tuple[str, str]:
    """Return subject and text of the mail to an address that cannot sign in."""
    return f"No account for this address at {service}", (
        f"Somebody, maybe you, wants to sign in to {service} with this address.\n"
        "No account can, so nothing was done. You may have used another address.\n\n"
        f"Sign up here:\n\n{link}\n"
    )


def _mac(key: bytes, kind: str, asker: Secret) -> bytes:
    return hmac.digest(key, f"{kind}\0{asker.reveal()}".encode(), "sha256")


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _cookie(value: str, seconds: int) -> Cookie:
    return host_cookie(ASKER_COOKIE, value, seconds, same_site="lax")
