"""A refusal as problem+json (RFC 9457), the same from every face."""

from strongroom.kernel import Refusal
from strongroom.web import Problem


def problem_of(refusal: Refusal, request_id: str | None) -> Problem:
    """Return what a program is told."""
    return Problem(
        type=f"/problems/{refusal.code}",
        title=refusal.title,
        status=refusal.status,
        detail=refusal.detail,
        fields=refusal.fields or None,
        request_id=request_id,
    )


def refusal_headers(refusal: Refusal) -> dict[str, str]:
    """Return the headers that go with it."""
    headers = {"cache-control": "no-store"}
    if refusal.retry_after is not None:
        headers["retry-after"] = str(refusal.retry_after)
    return headers
