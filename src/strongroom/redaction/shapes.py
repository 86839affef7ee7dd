"""The shapes of what must not be told: how to find each, and what stays of it.

No pattern takes more than a moment, whatever the text: a stranger chooses it.
Ordered: what names its value comes first, since the value may have any shape. A shape
may have a check, so that an ordinary number or digest is not taken for a secret.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from .checks import is_card, is_iban, is_opaque
from .tokens import ALPHABETS, TOKENS, Token


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of text that is masked."""

    name: str
    pattern: re.Pattern[str]
    """A group named ``kept`` stays; everything else that matched is masked."""

    source: str
    check: Callable[[str], bool] | None = None


_ALONE = r"(?<![A-Za-z0-9])"
_VALUE = r"""(?:"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|[^\s,;&}\]]+)"""
_SEPARATOR = r"""\\{0,4}["']?\s*(?:[:=]|=>|,\s*b?(?=["']))\s*b?\\{0,4}"""
_HEADERS = (
    "proxy-authorization|authorization|set-cookie|cookie|x-api-key|x-auth-token"
    "|x-access-token|x-amz-security-token|x-csrf-token|x-goog-api-key|api-key"
)
_NAMES = (
    "passwo?r?d|passphrase|passwd|pwd|secret|token|api[_-]?key|access[_-]?key"
    "|private[_-]?key|account[_-]?key|encryption[_-]?key|signing[_-]?key|credential"
    "|client[_-]?secret|auth[_-]?key|session[_-]?id|otp|mnemonic"
)


def _row(token: Token) -> str:
    return f"{re.escape(token.prefix)}{ALPHABETS[token.alphabet]}{{{token.length},}}"


NAMED = (
    Shape(
        "private key",
        re.compile(
            r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----"
            r"[\s\S]*?(?:-----END [A-Z0-9 ]+-----|\Z)"
        ),
        "RFC 7468",
    ),
    Shape(
        "PuTTY private key",
        re.compile(r"PuTTY-User-Key-File-\d:[\s\S]*"),
        "PuTTY manual, appendix C",
    ),
    Shape(
        "header that carries a credential",
        re.compile(rf"(?P<kept>(?i:{_HEADERS}){_SEPARATOR})[^\r\n]+"),
        "RFC 9110 §11.6, RFC 6265",
    ),
    Shape(
        "credential of an HTTP scheme",
        re.compile(
            r"\b(?P<kept>(?i:bearer|basic|digest|negotiate|token|apikey)\s+)"
            r"(?=\S*[0-9A-Z=+/_-])[A-Za-z0-9._~+/=-]{8,}"
        ),
        "RFC 6750, RFC 7617",
    ),
    Shape(
        "address with a user and a password",
        re.compile(
            # To the last @: a password may hold one, or a slash, unescaped.
            r"""(?P<kept>://)[^\s"'<>]*(?=@)"""
        ),
        "RFC 3986 §3.2.1",
    ),
    Shape(
        "webhook address",
        re.compile(
            r"(?P<kept>hooks\.slack\.com/(?:services|workflows|triggers)/"
            r"|discord(?:app)?\.com/api/webhooks/|\.webhook\.office\.com/"
            r"|outlook\.office\.com/webhook/|hooks\.zapier\.com/hooks/catch/"
            r"|chat\.googleapis\.com/v1/spaces/)"
            r"""[^\s"'<>]+"""
        ),
        "Slack, Discord, Microsoft, Zapier, Google",
    ),
    Shape(
        "query of an address",
        re.compile(r"""(?P<kept>\?)[^\s"'<>?=]*=[^\s"'<>]*"""),
        "RFC 3986 §3.4",
    ),
    Shape(
        "value named as a secret",
        re.compile(rf"(?P<kept>(?i:{_NAMES})[\w-]{{0,40}}{_SEPARATOR}){_VALUE}"),
        "CWE-532",
    ),
)

UNNAMED = (
    Shape(
        "signed token",
        re.compile(r"(?<![A-Za-z0-9])eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)+"),
        "RFC 7519, RFC 7516",
    ),
    Shape(
        "token with a prefix",
        re.compile(rf"{_ALONE}(?:{'|'.join(map(_row, TOKENS))})"),
        "strongroom.redaction.tokens",
    ),
    Shape(
        "token of another form",
        re.compile(
            rf"{_ALONE}(?:\d{{8,10}}:AA[\w-]{{33,}}"  # Telegram
            r"|[MNO][\w-]{23,25}\.[\w-]{6}\.[\w-]{27,}"  # Discord
            r"|[0-9a-f]{32}-us\d{1,2}"  # Mailchimp
            r"|pat[A-Za-z0-9]{14}\.[0-9a-f]{64}"  # Airtable
            r"|[A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,}"  # Terraform
            r"|access_token\$\w+\$\w{16}\$[0-9a-f]{32}"  # Braintree
            r"|access-(?:sandbox|production)-[0-9a-f-]{36}"  # Plaid
            r"|[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk)"  # MaxMind
        ),
        "the issuers' documentation",
    ),
    Shape(
        "opaque token",
        re.compile(r"(?<![\w+=-])[A-Za-z0-9_-]{32,}"),
        "strongroom.crypto.tokens",
        is_opaque,
    ),
    Shape(
        "payment card",
        re.compile(r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-]|\.\d)"),
        "ISO/IEC 7812-1",
        is_card,
    ),
    Shape(
        "account number",
        re.compile(
            rf"{_ALONE}[A-Z]{{2}}\d{{2}}(?: ?[A-Z0-9]{{4}}){{2,7}}"
            r"(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])"
        ),
        "ISO 13616",
        is_iban,
    ),
    Shape(
        "mail address",
        re.compile(r"(?<![\w.+%-])[\w.+%-]+@[\w-]+(?:\.[\w-]+)+"),
        "RFC 5321 §4.1.2",
    ),
)

SHAPES = (*NAMED, *UNNAMED)

SEALED = re.compile(r"sr:v\d+:[A-Za-z0-9_.:/+=-]+")
"""What the vault has sealed is no secret, and stays readable for whoever repairs."""
