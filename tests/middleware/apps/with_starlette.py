"""Starlette: what a handler raises reaches the guard by itself."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from strongroom.server import find_caller, require_caller

from . import CANARY, pieces, torn


async def whose(request: Request) -> Response:
    """Say who asks."""
    caller = find_caller(request)
    return JSONResponse({"is": caller.email if caller else None})


async def mine(request: Request) -> Response:
    """Say who asks, and insist on somebody."""
    return JSONResponse({"is": require_caller(request).email})


async def length(request: Request) -> Response:
    """Say how many bytes came."""
    return JSONResponse({"is": len(await request.body())})


async def slowly(_: Request) -> Response:
    """Answer bit by bit."""
    return StreamingResponse(pieces())


async def break_later(_: Request) -> Response:
    """Break in the middle of an answer."""
    return StreamingResponse(torn())


async def broken(_: Request) -> Response:
    """Break."""
    raise RuntimeError(CANARY)


async def opened(request: Request) -> Response:
    """Say what the app's own start has left."""
    return JSONResponse({"is": request.state.opened})


@asynccontextmanager
async def lifespan(_: Starlette) -> AsyncIterator[dict[str, str]]:
    """Open something, as many apps do."""
    yield {"opened": "yes"}


app = Starlette(
    routes=[
        Route("/whose", whose),
        Route("/mine", mine, methods=["GET", "POST"]),
        Route("/length", length, methods=["POST"]),
        Route("/slowly", slowly),
        Route("/torn", break_later),
        Route("/broken", broken),
        Route("/opened", opened),
    ],
    lifespan=lifespan,
)
