"""Django by ASGI: one signal leaves to the guard what a view raised.

It has no start or stop of its own.
"""

import sys
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import path

from strongroom.server import find_caller, leave, require_caller

from . import CANARY, pieces, torn


# Django brings no types with it; these names have some.
json: Callable[..., HttpResponse] = JsonResponse
stream: Callable[..., StreamingHttpResponse] = StreamingHttpResponse
listen: Callable[..., None] = got_request_exception.connect
configure: Callable[..., None] = settings.configure
application: Callable[[], Any] = get_asgi_application


async def whose(request: HttpRequest) -> HttpResponse:
    """Say who asks."""
    caller = find_caller(request)
    return json({"is": caller.email if caller else None})


def mine(request: HttpRequest) -> HttpResponse:
    """Say who asks, and insist on somebody; in a thread, as most views run."""
    return json({"is": require_caller(request).email})


async def length(request: HttpRequest) -> HttpResponse:
    """Say how many bytes came."""
    return json({"is": len(request.body)})


async def slowly(_: HttpRequest) -> StreamingHttpResponse:
    """Answer bit by bit."""
    return stream(pieces())


async def break_later(_: HttpRequest) -> StreamingHttpResponse:
    """Break in the middle of an answer."""
    return stream(torn())


async def broken(_: HttpRequest) -> HttpResponse:
    """Break."""
    raise RuntimeError(CANARY)


async def opened(_: HttpRequest) -> HttpResponse:
    """Say that there is nothing to open."""
    return json({"is": "yes"})


def leave_it(request: HttpRequest, **_: Any) -> None:
    """Leave the answer to the guard."""
    raised = sys.exc_info()[1]
    if isinstance(raised, Exception):
        leave(request, raised)


listen(leave_it)

urlpatterns = [
    path("whose", whose),
    path("mine", mine),
    path("length", length),
    path("slowly", slowly),
    path("torn", break_later),
    path("broken", broken),
    path("opened", opened),
]

configure(
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["*"],  # The guard answers for its own hosts only.
    DATA_UPLOAD_MAX_MEMORY_SIZE=None,  # The guard has a limit.
    LOGGING_CONFIG=None,
)

app = application()
