"""What the outermost passes say, before any face is reached: as every refusal does."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProblemType:
    """What one code means, wherever it is met."""

    code: str
    status: int
    title: str
    meaning: str
    """One paragraph, for whoever was refused."""


BEFORE_ANY_FACE = (
    ProblemType(
        "repeated-header",
        400,
        "A header is there twice.",
        "Host, Origin, Sec-Fetch-Site and Content-Length may stand in a request once:"
        " two readers could choose differently between two of them.",
    ),
    ProblemType(
        "malformed-length",
        400,
        "The length is no number.",
        "Content-Length is a row of decimal digits (RFC 9110 §8.6).",
    ),
    ProblemType(
        "ambiguous-session",
        400,
        "There are two credentials.",
        "Two session cookies, two bearers, or one of each: somebody may have planted"
        " one. Send one; in a browser, delete this site's cookies and sign in again.",
    ),
    ProblemType(
        "organization-missing",
        400,
        "The call names no organization.",
        "With a bearer, send X-Organization-Id: the organization's id, once.",
    ),
    ProblemType(
        "invalid-token",
        401,
        "The bearer is not valid.",
        "It is mistyped, expired or revoked, or its maker is no member any more."
        " Make a new key under API keys.",
    ),
    ProblemType(
        "organization-mismatch",
        403,
        "The call names two organizations.",
        "The credential, X-Organization-Id and the path name one organization, in"
        " lower case. It was put on record and changed nothing.",
    ),
    ProblemType(
        "cross-site-write",
        403,
        "Another site's page caused this write.",
        "A browser said so in Sec-Fetch-Site or Origin. It was put on record and"
        " changed nothing.",
    ),
    ProblemType(
        "origin-not-listed",
        403,
        "This site may not read the API.",
        "Its origin is on no list. The operator may add it to [edge] origins.",
    ),
    ProblemType(
        "https-only",
        403,
        "Plain HTTP only redirects.",
        "A write by plain HTTP is refused unread. Send it again by HTTPS.",
    ),
    ProblemType(
        "unknown-host",
        421,
        "This server has another name.",
        "The Host header names none of the names under which this server answers"
        " (RFC 9110 §15.5.20).",
    ),
    ProblemType(
        "body-too-large",
        413,
        "The request is too large.",
        "The request's body has too many bytes.",
    ),
    ProblemType(
        "malformed",
        400,
        "The request cannot be read.",
        "The request's body or parameters cannot be read.",
    ),
    ProblemType(
        "internal-error",
        500,
        "Something broke on our side.",
        "It is in the server's log, under the request's id.",
    ),
    ProblemType(
        "head-too-large",
        431,
        "The request's head is too large.",
        "The listener for plain HTTP reads 8 KiB at most.",
    ),
)
"""Codes that the outermost passes answer with, where no refusal is raised."""

TYPE_OF = {each.code: each for each in BEFORE_ANY_FACE}
