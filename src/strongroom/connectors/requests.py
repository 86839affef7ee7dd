"""Where a secret goes, and how a service is asked with it. Nothing is sent here."""

import base64
import re
from email.errors import MessageError
from email.headerregistry import AddressHeader
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import quote_plus, urlsplit

from strongroom.egress import TLS, Asked, MailServer
from strongroom.kernel import Secret

from .dsn import parse_dsn
from .errors import ArgumentInvalid
from .kinds import HTTPS, Fields, Kind
from .shapes import is_path


LONGEST_BODY = 262_144
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

_MAILBOX = re.compile(r"[^\s@<>\"\\]+@[^\s@<>\"\\]+")
"""What stands between the angle brackets of SMTP without quotes (RFC 5321 §4.1.2)."""

_UNREADABLE = (ValueError, LookupError, AttributeError, TypeError, MessageError)
"""What Python's parser of headers raises where a text is none."""


def hosts_of(kind: Kind, fields: Fields, secret: Secret) -> list[tuple[str, int]]:
    """Return every host and port that the secret may be sent to, in order of role.

    Where a token comes from is not where it goes: sorted, the two could change places.
    """
    if kind.host:
        return [(kind.host, HTTPS)]
    if kind.means == "smtp":
        return [(fields["host"].lower(), int(fields["port"]))]
    if kind.secret.form == "dsn":
        return parse_dsn(kind, secret).hosts
    urls = [urlsplit(fields[n]) for n in ("base_url", "token_url") if n in fields]
    found = [(url.hostname or "", url.port or HTTPS) for url in urls]
    return list(dict.fromkeys(found))


def destination(kind: Kind, fields: Fields, secret: Secret) -> str:
    """Return the hosts as one text, which is sealed together with the secret."""
    return ", ".join(f"{h}:{p}" for h, p in hosts_of(kind, fields, secret))


def require_arguments(given: Fields, needed: str, optional: str = "") -> dict[str, str]:
    """Return the arguments of a verb; an optional one that is absent is empty.

    Raises:
        ArgumentInvalid: one is missing or was not asked for.

    """
    names = {*needed.split(), *optional.split()}
    wrong = {n: "This verb does not take it." for n in given if n not in names}
    wrong |= {n: "This is needed." for n in needed.split() if not given.get(n)}
    if wrong:
        raise ArgumentInvalid(fields=wrong)
    return dict.fromkeys(names, "") | dict(given)


def request(kind: Kind, fields: Fields, header: str, given: Fields) -> Asked:
    """Return the request that *given* describes, with the *header*'s value in it.

    Raises:
        ArgumentInvalid: the method, path or body cannot be sent.

    """
    asked = require_arguments(given, "method path", "body content_type")
    method, path = asked["method"].upper(), asked["path"]
    body = asked["body"].encode()
    if method not in METHODS:
        raise ArgumentInvalid(fields={"method": f"One of {', '.join(METHODS)}."})
    if not is_path(path):
        raise ArgumentInvalid(fields={"path": "A path that begins with one slash."})
    if len(body) > LONGEST_BODY:
        raise ArgumentInvalid(fields={"body": "This is far too long."})
    base = f"https://{kind.host}" if kind.host else fields["base_url"].rstrip("/")
    headers = {**kind.also, kind.header[0]: header, "accept": "application/json"}
    if body:
        headers["content-type"] = _content_type(asked["content_type"])
    return Asked(method, base + path, headers, body or None)


def _content_type(text: str) -> str:
    if not text:
        return "application/json"
    if not re.fullmatch(r"[\w.+/-]+(; ?[\w-]+=[\w.-]+)?", text):
        raise ArgumentInvalid(fields={"content_type": "Such as application/json."})
    return text


def probe(kind: Kind, fields: Fields) -> dict[str, str]:
    """Return the arguments of the request that a test makes."""
    path = kind.probe if kind.host else fields["check_path"]
    filled = path.format_map({n: quote_plus(v) for n, v in fields.items()})
    return {"method": "GET", "path": filled if kind.host else path}


def carried(kind: Kind, fields: Fields, secret: Secret) -> str:
    """Return the value of the header in which *secret* travels, but for OAuth."""
    text = secret.reveal()
    if kind.means == "basic":
        pair = f"{fields['username']}:{text}".encode()
        return f"Basic {base64.b64encode(pair).decode()}"
    before = "Bearer " if kind.means == "bearer" else kind.header[1]
    return before + text


def mail_server(fields: Fields, secret: Secret) -> MailServer:
    """Return the mail server that *fields* describe."""
    tls: TLS = "tls" if fields["tls"] == "tls" else "starttls"
    host, port = fields["host"], int(fields["port"])
    return MailServer(host, port, tls, fields["username"], secret)


def message(fields: Fields, given: Fields) -> EmailMessage:
    """Return the mail that *given* describes, from the integration's sender.

    Raises:
        ArgumentInvalid: an address is none, or a header would not be one line.

    """
    asked = require_arguments(given, "to subject text")
    written = EmailMessage()
    _write(written, "From", fields["sender"], "sender")
    _write(written, "To", asked["to"], "to")
    _write(written, "Subject", asked["subject"], "subject")
    written.set_content(asked["text"])
    return written


def _write(written: EmailMessage, header: str, text: str, argument: str) -> None:
    try:
        written[header] = text
        written[header].fold(policy=SMTP)  # As it is sent, encoded words and all.
        whole = text.splitlines() == [text] and _is_whole(written[header])
    except _UNREADABLE:
        whole = False
    if not whole:
        words = "One line." if header == "Subject" else "Addresses, on one line."
        raise ArgumentInvalid(fields={argument: words})


def _is_whole(header: object) -> bool:
    """Say whether a header of addresses holds some, and nothing that is none."""
    if not isinstance(header, AddressHeader):
        return True
    found = [each.addr_spec for each in header.addresses]
    return bool(found) and all(
        _MAILBOX.fullmatch(each) and each.isprintable() for each in found
    )
