"""How a canary handles a second factor: a guest each, so that no canary is shut out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from strongroom.lab import (
    Authenticator,
    Guest,
    Lab,
    begin_with_app,
    exercise,
    guest,
    turn_on_app,
)

from . import events


@asynccontextmanager
async def with_app(lab: Lab) -> AsyncIterator[tuple[Guest, Authenticator, list[str]]]:
    """Lend a guest whose second factor is on, the app, and the recovery codes."""
    async with guest(lab) as somebody:
        app = await begin_with_app(somebody.http, somebody.password)
        yield somebody, app, await turn_on_app(somebody.http, app)


@exercise("POST /api/v1/totp", action=events.ENROL)
async def enrol(lab: Lab) -> httpx.Response:
    """Begin with an app."""
    async with guest(lab) as somebody:
        form = {"password": somebody.password}
        return await somebody.http.post("/api/v1/totp", json=form)


@exercise("POST /api/v1/totp/enable", action=events.ENABLE)
async def enable(lab: Lab) -> httpx.Response:
    """Send the first code."""
    async with guest(lab) as somebody:
        app = await begin_with_app(somebody.http, somebody.password)
        form = {"code": await app.next_code()}
        return await somebody.http.post("/api/v1/totp/enable", json=form)


@exercise("POST /api/v1/totp/recovery-codes", action=events.RENEW_CODES)
async def renew_codes(lab: Lab) -> httpx.Response:
    """Make other recovery codes."""
    async with with_app(lab) as (somebody, _, _):
        return await somebody.http.post("/api/v1/totp/recovery-codes")


@exercise("DELETE /api/v1/totp", action=events.DISABLE)
async def disable(lab: Lab) -> httpx.Response:
    """Turn the factor off."""
    async with with_app(lab) as (somebody, _, _):
        return await somebody.http.delete("/api/v1/totp")


@exercise("POST /api/v1/session/step-up", action=events.STEP_UP)
async def step_up(lab: Lab) -> httpx.Response:
    """Show the factor again."""
    async with with_app(lab) as (somebody, app, _):
        form = {"code": await app.next_code()}
        return await somebody.http.post("/api/v1/session/step-up", json=form)
