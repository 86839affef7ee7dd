"""Litestar: it answers every exception itself; one handler leaves that to the guard."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar import HttpMethod, Litestar, Request, Response, get, post, route
from litestar.response import Stream
from litestar.status_codes import HTTP_500_INTERNAL_SERVER_ERROR

from strongroom.server import find_caller, leave, require_caller

from . import CANARY, pieces, torn


AnyRequest = Request[Any, Any, Any]


@get("/whose")
async def whose(request: AnyRequest) -> dict[str, str | None]:
    """Say who asks."""
    caller = find_caller(request)
    return {"is": caller.email if caller else None}


@route("/mine", http_method=[HttpMethod.GET, HttpMethod.POST], status_code=200)
async def mine(request: AnyRequest) -> dict[str, str]:
    """Say who asks, and insist on somebody."""
    return {"is": require_caller(request).email}


@post("/length", status_code=200)
async def length(request: AnyRequest) -> dict[str, int]:
    """Say how many bytes came."""
    return {"is": len(await request.body())}


@get("/slowly")
async def slowly() -> Stream:
    """Answer bit by bit."""
    return Stream(pieces())


@get("/torn")
async def break_later() -> Stream:
    """Break in the middle of an answer."""
    return Stream(torn())


@get("/broken")
async def broken() -> None:
    """Break."""
    raise RuntimeError(CANARY)


@get("/opened")
async def opened(request: AnyRequest) -> dict[str, str]:
    """Say what the app's own start has left."""
    return {"is": str(request.app.state.opened)}


@asynccontextmanager
async def lifespan(app: Litestar) -> AsyncIterator[None]:
    """Open something, as many apps do."""
    app.state.opened = "yes"
    yield


def leave_it(request: AnyRequest, raised: Exception) -> Response[None]:
    """Leave the answer to the guard."""
    leave(request, raised)
    return Response(None, status_code=HTTP_500_INTERNAL_SERVER_ERROR)


app = Litestar(
    [whose, mine, length, slowly, break_later, broken, opened],
    lifespan=[lifespan],
    exception_handlers={HTTP_500_INTERNAL_SERVER_ERROR: leave_it},
    logging_config=None,
)
