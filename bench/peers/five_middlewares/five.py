"""The bare application behind the five middlewares that tutorials add one by one.

Starlette's own CORS and host checks, then security headers, a request id and a limit
per address, each as a `BaseHTTPMiddleware`.
"""

# ruff: noqa: INP001 - run from this folder, as its server's top module.
import time
from collections import Counter
from uuid import uuid4

from bare import app as bare
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response


HEADERS = {
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "strict-origin-when-cross-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
LIMIT_PER_SECOND = 1_000_000
TOO_MANY = 429


class SecurityHeaders(BaseHTTPMiddleware):
    """Adds the security headers."""

    async def dispatch(
        self, request: Request, call_next: RequestResponseEndpoint
    ) -> Response:
        """Answer, with the headers."""
        response = await call_next(request)
        response.headers.update(HEADERS)
        return response


class RequestId(BaseHTTPMiddleware):
    """Names each request."""

    async def dispatch(
        self, request: Request, call_next: RequestResponseEndpoint
    ) -> Response:
        """Answer, with the request's name."""
        request.state.request_id = uuid4().hex
        response = await call_next(request)
        response.headers["x-request-id"] = request.state.request_id
        return response


class Limit(BaseHTTPMiddleware):
    """Counts each address's requests in this second."""

    second = 0
    seen: Counter[str]

    async def dispatch(
        self, request: Request, call_next: RequestResponseEndpoint
    ) -> Response:
        """Answer, or refuse when there were too many."""
        now = int(time.monotonic())
        if now != self.second:
            self.second, self.seen = now, Counter()
        address = request.client.host if request.client else ""
        self.seen[address] += 1
        if self.seen[address] > LIMIT_PER_SECOND:
            return PlainTextResponse("too many requests", TOO_MANY)
        return await call_next(request)


app = CORSMiddleware(
    TrustedHostMiddleware(
        SecurityHeaders(RequestId(Limit(bare))), allowed_hosts=["127.0.0.1"]
    ),
    allow_origins=["https://app.example.com"],
    allow_credentials=True,
)
