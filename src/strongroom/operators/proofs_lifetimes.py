"""Operators are signed out after twelve hours, and stop acting after thirty minutes."""

from datetime import timedelta
from uuid import UUID

import httpx

from strongroom.lab import (
    CanaryOperator,
    Evidence,
    Lab,
    Twin,
    Vantage,
    acting_as,
    operator_of,
    proof,
    require,
    require_provable,
    sabotage,
)

from . import store
from .proofs import is_in


WHOLE, IDLE, ACTING = timedelta(hours=12), timedelta(minutes=30), timedelta(minutes=30)
SECOND, NOW = timedelta(seconds=1), timedelta(0)
CURRENT = "/api/v1/session"


@sabotage("the look-up forgets the absolute end", tells="a second after its end")
async def endless(twin: Twin) -> None:
    """Let expired rows through."""
    query = store._LOOK_UP.replace("s.expires_at > now()", "true")  # noqa: SLF001
    twin.change(store, "_LOOK_UP", query)


@sabotage("the look-up forgets the idle end", tells="unused for a second too long")
async def never_idle(twin: Twin) -> None:
    """Let unused rows through."""
    query = store._LOOK_UP.replace("s.seen_at + s.idle > now()", "true")  # noqa: SLF001
    twin.change(store, "_LOOK_UP", query)


@sabotage("impersonation is made for a day", tells="acting is made for")
async def acting_for_a_day(twin: Twin) -> None:
    """Loosen the limit behind the page's back."""
    twin.change(twin.room.impersonations, "_longest", timedelta(days=1))


@proof(
    "sessions.lifetimes-admins",
    vantage=Vantage.INSIDE,
    sabotages=[endless, never_idle, acting_for_a_day],
)
async def short_classes_end(lab: Lab) -> Evidence:
    """In a second before each end, out a second after; no sweeper takes part."""
    async with operator_of(lab) as operator:
        made = await _made(lab, operator)
        require(made == (WHOLE, IDLE), f"an operator's session is made for {made}")
        await age(lab, operator, left=SECOND * 2, unused=NOW)
        require(await is_in(operator.http), "signed out before its end")
        await age(lab, operator, left=-SECOND, unused=NOW)
        require(not await is_in(operator.http), "signed in a second after its end")
        await age(lab, operator, left=WHOLE, unused=IDLE - SECOND * 2)
        require(await is_in(operator.http), "signed out before it was unused too long")
        await age(lab, operator, left=WHOLE, unused=IDLE + SECOND)
        require(
            not await is_in(operator.http), "signed in, unused for a second too long"
        )
        await age(lab, operator, left=WHOLE, unused=NOW)
        require_provable(await is_in(operator.http), "no session is left to act in")
        await require_acting_ends(lab, operator)
    return Evidence(
        population=6,
        positive="the same session is in again when its row is young again",
        observed={"operators": "12h", "idle": "30m", "impersonation": "30m"},
    )


async def require_acting_ends(lab: Lab, operator: CanaryOperator) -> None:
    """Act as a canary, and find it over a second after its end."""
    canaries = await lab.canary("a")
    async with acting_as(lab, operator, canaries, "member") as device:
        session = UUID((await device.get(CURRENT)).json()["session_id"])
        async with lab.inside.database() as database:
            whole = await database.fetchval(
                "select expires_at - created_at from strongroom.sessions where id = $1",
                session,
            )
            require(whole == ACTING, f"acting is made for {whole}")
            for left, wanted in ((SECOND * 2, 200), (-SECOND, 401)):
                await database.execute(
                    "update strongroom.sessions set expires_at = now() + $2,"
                    " seen_at = now() where id = $1",
                    session,
                    left,
                )
                answer = await device.get(CURRENT)
                said = f"{left} before its end, acting answers {answer.status_code}"
                require(answer.status_code == httpx.codes(wanted), said)


async def age(
    lab: Lab, operator: CanaryOperator, *, left: timedelta, unused: timedelta
) -> None:
    """Move the canary's own session in time, by the database's clock."""
    async with lab.inside.database() as database:
        await database.execute(
            "update strongroom.operator_sessions set expires_at = now() + $2,"
            " seen_at = now() - $3::interval where operator_id = $1",
            operator.id,
            left,
            unused,
        )


async def _made(lab: Lab, operator: CanaryOperator) -> tuple[timedelta, timedelta]:
    async with lab.inside.database() as database:
        row = await database.fetchrow(
            "select expires_at - created_at as whole, idle"
            " from strongroom.operator_sessions where operator_id = $1",
            operator.id,
        )
    require_provable(row, "the operator's session has no row")
    return (row["whole"], row["idle"]) if row else (NOW, NOW)
