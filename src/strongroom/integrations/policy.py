"""What is shown of a secret, and what it is bound to.

Decisions only: nothing here is sent, stored or opened.
"""

import hashlib
import hmac
from datetime import datetime, timedelta
from uuid import UUID

from strongroom.connectors import FieldsInvalid, Kind, destination
from strongroom.kernel import Secret

from .models import Integration, Wish


LONGEST_NAME = 100
SHOWN_FROM = 16
"""Of a secret shorter than that, no character is shown."""

UNDO = timedelta(days=1)
"""For so long a deletion can be undone; then the row is gone."""


def require_name(name: str) -> str:
    """Return the name of an integration, trimmed.

    Raises:
        FieldsInvalid: it has no visible character, or too many.

    """
    trimmed = name.strip()
    if not (0 < len(trimmed) <= LONGEST_NAME and trimmed.isprintable()):
        words = f"Use 1 to {LONGEST_NAME} visible characters."
        raise FieldsInvalid(fields={"name": words})
    return trimmed


def shown(
    kind: Kind, row: UUID, wish: Wish, now: datetime, marks: tuple[str, str]
) -> Integration:
    """Return what is shown of a *wish*: of its secret, the *marks* alone."""
    last, print_of_it = marks
    return Integration(
        id=row,
        kind=kind.word,
        name=wish.name,
        fields=wish.fields,
        destination=destination(kind, wish.fields, wish.secret or Secret("")),
        last_four=last,
        fingerprint=print_of_it,
        created_at=now,
        rotated_at=now,
    )


def bound(kind: Kind, where: str) -> str:
    """Return what a secret is bound to: its kind, and *where* it may go."""
    return f"{kind.word} {where}"


def last_four(kind: Kind, secret: Secret) -> str:
    """Return the last four characters, if they give nothing much away."""
    text = secret.reveal()
    hidden = kind.secret.form == "dsn" or len(text) < SHOWN_FROM
    return "" if hidden else text[-4:]


def fingerprint(key: bytes, organization_id: UUID, secret: Secret) -> str:
    """Return what tells two secrets of an organization apart, and nothing of them."""
    content = organization_id.bytes + secret.reveal().encode()
    return hmac.new(key, content, hashlib.sha256).hexdigest()[:16]


def mirrored(key: bytes, authorization: str) -> str:
    """Return the keyed hash by which the house tells what arrived at its mirror."""
    return hmac.new(key, authorization.encode(), hashlib.sha256).hexdigest()


def reminder(service_name: str, names: list[str], link: str) -> tuple[str, str]:
    """Return subject and text of the mail that calls secrets due."""
    listed = "\n".join(f"- {name}" for name in names)
    text = (
        "These credentials are older than your organization wants them to be:\n\n"
        f"{listed}\n\nReplace them here:\n\n{link}\n"
    )
    return f"{service_name}: credentials to replace", text


def require_other_secret(before: Integration, after: Integration) -> None:
    """Accept a secret that takes the place of another one.

    Raises:
        FieldsInvalid: it is the one that is kept already.

    """
    if after.fingerprint == before.fingerprint:
        raise FieldsInvalid(fields={"secret": "This is the secret that is kept."})
