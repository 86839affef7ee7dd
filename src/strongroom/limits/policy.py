"""Which limit holds for what, and the arithmetic of all of them; no clock, no I/O.

The arithmetic is GCRA, the generic cell rate algorithm (ITU-T I.371): one number per
key, the moment at which the whole budget is there again. Headers are those of
draft-ietf-httpapi-ratelimit-headers-10.
"""

import hashlib
import hmac
import ipaddress
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from strongroom.accounts import EmailInvalid, normalise_email
from strongroom.kernel import CANARIES, Budget, Caller, Cookie, Secret, host_cookie

from .models import Attempt, Charge, Limit, Spent, Standing, Words
from .settings import LimitsSettings


KEY_BYTES = 16
"""Of an HMAC-SHA-256: no two subjects meet by chance, and no row names anybody."""

NOWHERE = "nowhere"
"""The address of whatever has none."""

DEVICE_COOKIE = "__Host-device"
DEVICE_KNOWN = timedelta(days=180)
_DEVICE_ID = 32
"""Hexadecimal digits."""

OF_ROUTES: Mapping[str, str] = {
    "session.create": "sign_ins",
    "session.finish": "sign_ins",
    "impersonation.begin": "sign_ins",
    "token.refresh": "sign_ins",
    "account.sign-up": "sign_ups",
    "account.verify": "sign_ups",
    "account.freeze": "sign_ups",
    "address.change": "sign_ups",
    "address.undo": "sign_ups",
    "magic-link.ask": "sign_ups",
    "magic-link.sign-in": "sign_ins",
    "password.ask-reset": "sign_ups",
    "password.reset": "sign_ups",
    "invitation.accept": "sign_ups",
    "oauth.begin": "sign_ins",
    "oauth.return": "sign_ins",
    "oauth.sign-up": "sign_ups",
    # These ask for the password again, so they are guesses too.
    "address.ask-change": "guesses",
    "oauth.link": "guesses",
    "oauth.unlink": "guesses",
    "password.change": "guesses",
    "session.step-up": "guesses",
    "totp.enrol": "guesses",
    "totp.enable": "guesses",
    "ownership.offer": "guesses",
    "passkey.enrol": "guesses",
    "passkey.sign-in": "sign_ins",
    "passkey.step-up": "guesses",
    "privacy.export": "guesses",
    "privacy.erase": "guesses",
    "sign-in-policy.change": "guesses",
    "sign-in-policy.undo": "guesses",
}
"""The setting that bounds an action; every other one is bounded as a write or a read,
so that no route is without a limit."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A pattern of attempts that means an attack."""

    name: str
    setting: str
    told: str
    """What happened, for the mail and the page, after a number."""


ACCOUNTS = Shape("many-accounts", "accounts_alarm", "accounts tried from one address")
ADDRESSES = Shape("many-addresses", "addresses_alarm", "addresses tried one account")
FACTORS = Shape(
    "second-factor", "factors_alarm", "wrong second factors for one account"
)
COPIES = Shape("copied-passkey", "copies_alarm", "signs of a copied passkey")
SHAPES = {each.name: each for each in (ACCOUNTS, ADDRESSES, FACTORS, COPIES)}
"""Those that are counted, each up to a budget of the settings."""

FROZEN = Shape("account-frozen", "", "account frozen by its owner")
REUSED = Shape("reused-token", "", "refresh token used a second time")
AT_ONCE = {each.name: each for each in (FROZEN, REUSED)}
"""Those that are not counted: one is enough."""

ONCE = Budget(1, 86_400)


def limit_of(action: str, settings: LimitsSettings, *, writes: bool) -> Limit:
    """Return the limit of a route that stands for *action*."""
    setting = OF_ROUTES.get(action, "writes" if writes else "reads")
    # A write meets the same database a moment later, which then says what is the case.
    outage = "refuse" if action in OF_ROUTES else "this process"
    return Limit(action, getattr(settings, setting), outage)  # type: ignore[arg-type]


class LimitsByAction(dict[str, Limit]):
    """The limit of each action, worked out when it is first asked for."""

    def __init__(self, settings: LimitsSettings, *, writes: bool) -> None:
        """Work them out by *settings*, for the routes that write or those that read."""
        self._settings, self._writes = settings, writes

    def __missing__(self, action: str) -> Limit:
        """Work out the limit of *action*, and remember it."""
        limit = self[action] = limit_of(action, self._settings, writes=self._writes)
        return limit


def organization_limit(action: str, settings: LimitsSettings) -> Limit:
    """Return the limit of *action* for all accounts of one organization together."""
    return Limit(f"{action}:organization", settings.organization, "this process")


def guesses_limit(settings: LimitsSettings) -> Limit:
    """Return the limit of wrong passwords."""
    return Limit("session.create:account", settings.guesses)


def everybody_limit(settings: LimitsSettings) -> Limit:
    """Return the limit of all sign-ins from unknown devices."""
    return Limit("session.create:everybody", settings.everybody)


def mails_limit(settings: LimitsSettings) -> Limit:
    """Return the limit of mails that strangers cause."""
    return Limit("mail:recipient", settings.mails)


def invitation_charges(
    inviter: Caller, settings: LimitsSettings
) -> tuple[Charge, Charge]:
    """Return what a mailed invitation costs an account, and its organization."""
    own = Limit("invitation:account", settings.invitations)
    whole = Limit("invitation:organization", settings.organization_invitations)
    return (
        Charge(own, str(inviter.account_id)),
        Charge(whole, str(inviter.organization_id)),
    )


def subject_of(email: str) -> str:
    """Return the one form of an address, under whatever spelling it was sent."""
    try:
        return normalise_email(email)
    except EmailInvalid:
        return email.strip().casefold()


@lru_cache(1_000)
def visitor_of(address: str | None) -> str:
    """Return whom an address stands for: itself, or its /64 in IPv6 (RFC 6177).

    Unlike ``redaction.network_of``, which keeps too little to tell visitors apart.
    """
    try:
        ip = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return NOWHERE
    if isinstance(ip, ipaddress.IPv6Address):
        mapped = ip.ipv4_mapped  # RFC 4291 §2.5.5.2: the same host by another name.
        return str(mapped or ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)


def is_rehearsal(attempt: Attempt) -> bool:
    """Say whether a proof attacks: a canary, from an address that only a prover has.

    A proof comes from all over 127.0.0.0/8, where nobody outside this machine comes
    from; a proxy on it has 127.0.0.1, which no proof takes.
    """
    visitor = visitor_of(attempt.origin.address)
    own = visitor.startswith("127.") and visitor != "127.0.0.1"
    return own and attempt.email.endswith(CANARIES)


def line_of(shape: Shape, seen: int, address: str | None, *, rehearsed: bool) -> str:
    """Return what the log says of an alarm.

    Not "reused-token: 1": what follows such a name is taken for a secret there.
    """
    what = "alarm that a proof rehearses" if rehearsed else "alarm"
    visitor = visitor_of(address)
    return f"{what}, {seen} {shape.told}, at last from {visitor} ({shape.name})"


def key_of(secret: bytes, limit: Limit, subject: str) -> bytes:
    """Return the key of a *subject*'s row; another budget begins another row."""
    text = f"{limit.name}\0{limit.budget}\0{subject}"
    return hmac.digest(secret, text.encode(), "sha256")[:KEY_BYTES]


def standing_of(limit: Limit, wait: float) -> Standing:
    """Return what a decision tells: *wait* is positive where it refused.

    Where it allowed, ``-wait`` is how many seconds' worth of budget are left.
    """
    interval = limit.budget.interval
    left = max(0, math.floor(-wait / interval + 1e-6))
    seconds = wait if wait > 0 else (left + 1) * interval + wait
    return Standing(limit, left, max(1, math.ceil(seconds - 1e-6)))


def header_lines(spent: Iterable[Spent]) -> list[tuple[bytes, bytes]]:
    """Return the two headers that tell of decisions (draft-10 §3 and §4)."""
    found = [standing_of(*each) for each in spent]
    policies = [
        f'"{each.limit.name}";q={each.limit.budget.quota}'
        f";w={math.ceil(each.limit.budget.window)}"
        for each in found
    ]
    left = [f'"{each.limit.name}";r={each.left};t={each.seconds}' for each in found]
    return [
        (b"ratelimit-policy", ", ".join(policies).encode()),
        (b"ratelimit", ", ".join(left).encode()),
    ]


def device_token(secret: bytes, email: str, device: str, issued: int) -> str:
    """Return what a device shows that signed in as *email* (OWASP device cookies)."""
    text = f"{device}.{issued}"
    signed = f"{text}.{subject_of(email)}".encode()
    return f"{text}.{hmac.digest(secret, signed, hashlib.sha256).hex()}"


def find_device(secret: bytes, email: str, token: str | None, now: int) -> str | None:
    """Return which device shows *token*, if it is *email*'s and not too old."""
    device, _, rest = (token or "").partition(".")
    digits = rest.partition(".")[0]
    if len(device) != _DEVICE_ID or not (digits.isascii() and digits.isdigit()):
        return None
    issued = int(digits[:12])
    whole = device_token(secret, email, device, issued)
    if not hmac.compare_digest(whole.encode(), (token or "").encode()):
        return None
    return device if 0 <= now - issued < DEVICE_KNOWN.total_seconds() else None


def device_cookie(token: Secret) -> Cookie:
    """Return the parts of the cookie by which a device is known again."""
    seconds = int(DEVICE_KNOWN.total_seconds())
    return host_cookie(DEVICE_COOKIE, token.reveal(), seconds, same_site="lax")


def frozen_mail(words: Words) -> tuple[str, str]:
    """Return subject and text of the mail that tells owners of a frozen account."""
    return f"An account was frozen at {words.service_name}", (
        "The owner of an account in your organization says that somebody else was\n"
        "in it. Everybody is signed out of it, and its API keys have ended.\n"
        "See which one it is, and what was done by it:\n\n"
        f"{words.public_url}/console/alarms\n"
    )


def reused_mail(words: Words) -> tuple[str, str]:
    """Return subject and text of the mail that tells owners of a token used twice."""
    return f"An app's token may be in other hands at {words.service_name}", (
        "A refresh token in your organization was used a second time, so a copy of it\n"
        "may have been used too. The app and the session behind it are ended.\n"
        "See whose app it was, and what was done by it:\n\n"
        f"{words.public_url}/console/alarms\n"
    )


def mail_about(
    words: Words, shape: Shape, seen: int, budget: Budget
) -> tuple[str, str]:
    """Return subject and text of the mail that tells an organization's owners."""
    if shape is FROZEN:
        return frozen_mail(words)
    if shape is REUSED:
        return reused_mail(words)
    return alarm_mail(words, shape, seen, budget)


def alarm_mail(
    words: Words, shape: Shape, seen: int, budget: Budget
) -> tuple[str, str]:
    """Return subject and text of the mail that tells of attempts."""
    minutes = max(1, round(budget.window / 60))
    return f"Somebody may be attacking an account at {words.service_name}", (
        f"{seen} {shape.told} within {minutes} minutes.\n\n"
        "Whoever tries is slowed down, and nobody got in by these attempts.\n"
        "See from where they came, and which account they were after:\n\n"
        f"{words.public_url}/console/alarms\n\n"
        "If that password is used elsewhere too, it is time for a new one.\n"
    )
