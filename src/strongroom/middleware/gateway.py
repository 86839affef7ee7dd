"""The gateway: a program's bearer, and the organization that its call is for.

Guards against a call that reaches another organization than its key belongs to: what
the key says, what the header says and what the path says must be one organization,
word for word, before any handler runs.
"""

import re
from collections.abc import Iterable

from strongroom.kernel import Caller


Headers = Iterable[tuple[bytes, bytes]]
Refused = tuple[int, str]
"""Status and code of a refusal."""

ORGANIZATION_HEADER = b"x-organization-id"
CHALLENGE = (b"www-authenticate", b'Bearer error="invalid_token"')
"""RFC 6750 §3."""

_OF_AN_ORGANIZATION = re.compile(r"/api/v1/organizations/([^/]*)")


def bearer_tokens(headers: Headers) -> list[str]:
    """Return the token of every Authorization header of the scheme Bearer.

    The scheme's case does not matter (RFC 9110 §11.1). Anything odd about the rest, a
    list or white space, stays in the token, which then is nobody's.
    """
    return [
        value[len(b"bearer ") :].decode("latin-1")
        for name, value in headers
        if name == b"authorization" and _is_bearer(value)
    ]


def gateway_refusal(
    caller: Caller, path: str, headers: Headers, *, by_bearer: bool
) -> Refused | None:
    """Return why a call does not reach one organization alone, or None.

    A browser's session names its organization by itself, so the header may be absent
    there. Where it is sent, it counts for everybody.
    """
    named = [value for name, value in headers if name == ORGANIZATION_HEADER]
    if by_bearer and not named:
        return 400, "organization-missing"
    if not named:
        return None
    own = str(caller.organization_id)
    if any(value != own.encode() for value in named) or len(named) > 1:
        return 403, "organization-mismatch"
    in_path = _OF_AN_ORGANIZATION.match(path)
    if by_bearer and in_path is not None and in_path[1] != own:
        return 403, "organization-mismatch"
    return None


def _is_bearer(value: bytes) -> bool:
    scheme = value[: len(b"bearer ")].lower()
    return scheme in {b"bearer", b"bearer ", b"bearer\t"}
