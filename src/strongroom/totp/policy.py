"""The arithmetic of codes, and the mails of second factors; no clock, no I/O.

Codes are those of RFC 6238 as every authenticator app makes them: HMAC-SHA-1, six
digits, thirty seconds. A code of the step before or after the present one counts too.
"""

import base64
import hmac
import re
import secrets

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from strongroom.crypto import token_digest
from strongroom.kernel import Secret


DIGITS = 6
STEP_SECONDS = 30  # RFC 6238 §5.2.
DRIFT = 1  # One step for the network and a slow clock, as RFC 6238 §5.2 recommends.
SEED_BYTES = 20  # RFC 4226 §4 R6 recommends 160 bits.
ENROLMENT_MINUTES = 15

CODES = 10
CODE_LENGTH = 16
"""Characters of base32 in a recovery code: 80 bits, where NIST SP 800-63B-4 §4.2.1.1
asks for 64."""

_CODE = re.compile(r"[0-9]{6}")
_RECOVERY_CODE = re.compile(r"[a-z2-7]{16}")


def new_seed() -> Secret:
    """Return a new seed in base32."""
    return Secret(base64.b32encode(secrets.token_bytes(SEED_BYTES)).decode())


def address_of(seed: Secret, email: str, issuer: str) -> Secret:
    """Return the ``otpauth:`` address that an app scans."""
    totp = TOTP(_key(seed), DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303
    return Secret(totp.get_provisioning_uri(email, issuer))


def code_at(seed: Secret, counter: int) -> str:
    """Return the code of one step (RFC 4226 §5.3)."""
    return HOTP(_key(seed), DIGITS, SHA1()).generate(counter).decode()  # noqa: S303


def find_counter(seed: Secret, code: str, now: float) -> int | None:
    """Return the step near *now*, in seconds since 1970, whose code is *code*."""
    present = int(now // STEP_SECONDS)
    steps = range(present - DRIFT, present + DRIFT + 1)
    found = [n for n in steps if hmac.compare_digest(code_at(seed, n), code)]
    return max(found, default=None)


def tidy(typed: Secret) -> str:
    """Return a code as it is compared: without what people put between groups."""
    return typed.reveal().replace(" ", "").replace("-", "").lower()


def is_app_code(code: str) -> bool:
    """Say whether a tidy *code* has the form of an app's: six digits of ASCII."""
    return _CODE.fullmatch(code) is not None


def digest_of(code: str) -> bytes | None:
    """Return under what a tidy recovery *code* is kept, or None if it is no such."""
    return token_digest(code) if _RECOVERY_CODE.fullmatch(code) else None


def new_recovery_codes() -> list[str]:
    """Return new recovery codes in groups of four, as they are shown."""
    return [_grouped(_random_code()) for _ in range(CODES)]


def locked(service: str, link: str) -> tuple[str, str]:
    """Return subject and text of the mail that tells of a locked factor."""
    return f"Wrong codes for your account at {service}", (
        "Somebody, maybe you, entered too many wrong codes after the right password.\n"
        "Codes of the app are not looked at for a while; recovery codes still work.\n\n"
        "If this was not you, somebody knows your password. Choose another:\n\n"
        f"{link}\n"
    )


def _key(seed: Secret) -> bytes:
    return base64.b32decode(seed.reveal())


def _random_code() -> str:
    return base64.b32encode(secrets.token_bytes(CODE_LENGTH * 5 // 8)).decode().lower()


def _grouped(code: str) -> str:
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))
