"""FastAPI: what a handler raises reaches the guard by itself."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse

from strongroom.server import find_caller, require_caller

from . import CANARY, pieces, torn


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[dict[str, str]]:
    """Open something, as many apps do."""
    yield {"opened": "yes"}


app = FastAPI(lifespan=lifespan)


@app.get("/whose")
async def whose(request: Request) -> dict[str, str | None]:
    """Say who asks."""
    caller = find_caller(request)
    return {"is": caller.email if caller else None}


@app.post("/mine")
@app.get("/mine")
async def mine(request: Request) -> dict[str, str]:
    """Say who asks, and insist on somebody."""
    return {"is": require_caller(request).email}


@app.post("/length")
async def length(request: Request) -> dict[str, int]:
    """Say how many bytes came."""
    return {"is": len(await request.body())}


@app.get("/slowly")
async def slowly() -> StreamingResponse:
    """Answer bit by bit."""
    return StreamingResponse(pieces())


@app.get("/torn")
async def break_later() -> StreamingResponse:
    """Break in the middle of an answer."""
    return StreamingResponse(torn())


@app.get("/broken")
async def broken() -> None:
    """Break."""
    raise RuntimeError(CANARY)


@app.get("/opened")
async def opened(request: Request) -> dict[str, str]:
    """Say what the app's own start has left."""
    return {"is": str(request.state.opened)}
