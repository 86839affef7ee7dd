"""What a span says of an answer, in the end.

Guards against secrets in spans: what one may say is chosen here, and `told` is the
redaction that every text in it passes on its way out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPMethod
from typing import Any

from strongroom.kernel import NOWHERE
from strongroom.middleware import Scope
from strongroom.redaction import redaction
from strongroom.web import ORIGIN, PROBLEM


METHODS = frozenset(HTTPMethod)
OTHER = "_OTHER"
"""Any method that no standard knows; OpenTelemetry's semantic conventions, HTTP."""

SERVER_ERROR = 500


def told(text: str) -> str:
    """Return *text* as a collector may have it."""
    return redaction.brief(text)


@dataclass(frozen=True, slots=True)
class Ending:
    """What a span says in the end."""

    name: str
    attributes: dict[str, str | int]
    is_error: bool


AtEnd = Callable[[], Ending]


def ending_of(scope: Scope, status: int) -> Ending:
    """Choose what is told: names of OpenTelemetry's semantic conventions for HTTP."""
    method = scope["method"] if scope["method"] in METHODS else OTHER
    route = scope.get("path_template")
    told_of: dict[str, Any] = {
        "http.request.method": method,
        "http.response.status_code": status,
        "url.path": scope["path"],
        "request_id": scope.get(ORIGIN, NOWHERE).request_id,
        "http.route": route,
        "error.type": scope.get(PROBLEM),
    }
    found = {name: value for name, value in told_of.items() if value is not None}
    name = f"{method} {route}" if route else method
    return Ending(name, found, status == 0 or status >= SERVER_ERROR)
