"""Administration stands apart: routes, cookie, second factor, session, trail."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

import httpx

from strongroom.lab import (
    CanaryOperator,
    Evidence,
    Lab,
    Twin,
    Vantage,
    admin_client,
    operator_of,
    operator_sign_in,
    proof,
    require,
    require_provable,
    sabotage,
)

from . import policy, service, store
from .policy import COOKIE, ROOT


CUSTOMER = "__Host-session"
ADMIN_PATHS = (ROOT, f"{ROOT}/sign-in", f"{ROOT}/set-up", f"{ROOT}/trail")
LINK = re.compile(rf'(?:href|action)="({ROOT}[^"?#]*)"')
PUBLIC_PATHS = ("/sign-in", "/console", "/api/v1/session", "/security")
PAGE = {"accept": "text/html"}
TRAIL = """
    select count(*) from strongroom.audit_entries
     where action = 'operator.sign-in' and actor_id = $1 and organization_id is null
"""
OUTSIDE = """
    select count(*) from strongroom.audit_entries
     where actor_id = $1 and organization_id is not null
"""


@sabotage("a customer's token opens the operators' pages", tells="customer's token")
async def one_cookie_for_all(twin: Twin) -> None:
    """Take whatever cookie for the newest operator's."""
    query = store._LOOK_UP.replace("s.digest = $1", "$1::bytea is not null")  # noqa: SLF001
    twin.change(store, "_LOOK_UP", query)


@sabotage("an operator's session needs no second factor", tells="without its code")
async def one_factor(twin: Twin) -> None:
    """Take every code for the next one."""

    async def claim(*_: Any) -> bool:
        return True

    twin.change(service, "find_counter", lambda *_: 1)
    twin.change(service, "is_app_code", lambda _: True)
    twin.change(store, "claim", claim)


@sabotage("the operators' cookie is like any other", tells="the cookie's")
async def loose_cookie(twin: Twin) -> None:
    """Let other sites' pages send it."""

    def loose(value: str, seconds: int) -> dict[str, Any]:
        return {"key": COOKIE, "value": value, "max_age": seconds, "path": "/admin"}

    twin.change(policy, "_cookie", loose)


@sabotage("what operators do is not on record", tells="trail")
async def no_trail(twin: Twin) -> None:
    """Forget entries of the house."""
    audit = twin.room.audit
    record = audit.record

    async def forget(tx: Any, entry: Any) -> None:
        if entry.organization_id is not None:
            await record(tx, entry)

    twin.change(audit, "record", forget)


@sabotage("the public address serves an operators' page", tells="the public listener")
async def served_to_all(twin: Twin) -> None:
    """Answer below the operators' root what is answered elsewhere."""
    app = twin.edge.app

    async def answering(scope: Any, receive: Any, send: Any) -> None:
        if scope.get("path", "").startswith(ROOT):
            scope = {**scope, "path": "/sign-in", "raw_path": b"/sign-in"}
        await app(scope, receive, send)

    twin.change(twin.edge, "app", answering)


@proof(
    "edge.segregation",
    vantage=Vantage.INSIDE,
    sabotages=[one_cookie_for_all, one_factor, loose_cookie, no_trail, served_to_all],
)
async def administration_stands_apart(lab: Lab) -> Evidence:
    """No path, no cookie and no factor of one side opens anything on the other."""
    async with operator_of(lab) as operator:
        require_provable(await is_in(operator.http), "the operator is not in")
        paths = await require_no_path_crosses(lab, operator)
        await require_no_token_crosses(lab, operator)
        await require_both_factors(lab, operator)
        await require_own_trail(lab, operator)
    return Evidence(
        population=paths,
        positive="with both factors, the operator sees the operators' pages",
        observed={"cookie": COOKIE, "root": ROOT},
    )


async def require_no_path_crosses(lab: Lab, operator: CanaryOperator) -> int:
    """Find every path on its own listener, and on the other what no path is."""
    token, paths = operator.http.cookies[COOKIE], await paths_of(operator)
    async with lab.stranger() as stranger:
        stranger.cookies.set(COOKIE, token)
        await _same_as_nothing(stranger, paths, "the public listener")
    await _same_as_nothing(operator.http, PUBLIC_PATHS, "the operators' listener")
    for path in PUBLIC_PATHS:
        found = await lab.http.get(path, headers=PAGE)
        require_provable(found.status_code != httpx.codes.NOT_FOUND, f"no {path}")
    return len(paths) + len(PUBLIC_PATHS)


async def paths_of(operator: CanaryOperator) -> list[str]:
    """Return the operators' paths: what their pages link to, and send forms to."""
    nothing = await _nothing(operator.http)
    paths = {*ADMIN_PATHS}
    for path in ADMIN_PATHS:
        page = await operator.http.get(path, headers={"accept": "*/*"})
        known = _told(page) != _told(nothing)
        require_provable(known, f"the operators' listener does not know {path}")
        paths |= {*LINK.findall(page.text)}
    require_provable(len(paths) > len(ADMIN_PATHS), "the operators' pages lead nowhere")
    return sorted(paths)


async def _nothing(http: httpx.AsyncClient) -> httpx.Response:
    """Return what is answered where nothing is."""
    nothing = await http.get(f"/{uuid4().hex}", headers={"accept": "*/*"})
    require_provable(nothing.status_code == httpx.codes.NOT_FOUND, "all is found")
    return nothing


async def _same_as_nothing(
    http: httpx.AsyncClient, paths: Iterable[str], where: str
) -> None:
    nothing = await _nothing(http)
    for path in paths:
        answer = await http.get(path, headers={"accept": "*/*"})
        require(
            _told(answer) == _told(nothing),
            f"{where} knows {path}: it answers {answer.status_code}",
        )


def _told(answer: httpx.Response) -> tuple[int, Mapping[str, Any]]:
    body = answer.json() if "json" in answer.headers.get("content-type", "") else {}
    return answer.status_code, {k: v for k, v in body.items() if k != "request_id"}


async def require_no_token_crosses(lab: Lab, operator: CanaryOperator) -> None:
    """Try each side's token on the other, under either name of a cookie."""
    async with lab.signed_in("a", "owner") as customer:
        theirs, ours = customer.cookies[CUSTOMER], operator.http.cookies[COOKIE]
        for name in (CUSTOMER, COOKIE):
            async with admin_client(lab) as other, lab.stranger() as stranger:
                other.cookies.set(name, theirs)
                stranger.cookies.set(name, ours)
                said = f"a customer's token as {name} opens the operators' pages"
                require(not await is_in(other), said)
                answer = await stranger.get("/api/v1/session")
                said = f"an operator's token as {name} opens a customer's session"
                require(answer.status_code == httpx.codes.UNAUTHORIZED, said)


async def require_both_factors(lab: Lab, operator: CanaryOperator) -> None:
    """Find that the password alone opens nothing, and the cookie kept close."""
    async with admin_client(lab) as other:
        form = {"email": operator.email, "password": operator.password}
        alone = await other.post("/admin/sign-in", data={**form, "code": ""})
        require(
            alone.status_code == httpx.codes.UNAUTHORIZED,
            f"the password without its code answers {alone.status_code}",
        )
        require(not await is_in(other), "in by the password without its code")
    again = await operator_sign_in(operator)
    require_provable(again.status_code == httpx.codes.SEE_OTHER, "not in again")
    given = again.headers["set-cookie"].lower()
    for part in (COOKIE.lower(), "secure", "httponly", "samesite=strict", "path=/"):
        held = {each.strip().partition("=")[0] for each in given.split(";")}
        parts = {each.strip() for each in given.split(";")}
        require(part in parts | held, f"the cookie's {part} is missing")


async def require_own_trail(lab: Lab, operator: CanaryOperator) -> None:
    """Find the sign-ins in the trail of the house, and in no customer's log."""
    async with lab.inside.database() as database:
        own = await database.fetchval(TRAIL, operator.id)
        others = await database.fetchval(OUTSIDE, operator.id)
    require(own, "the operator's sign-in is not in the operators' trail")
    require(not others, "a customer's log tells of the operator's own sign-in")
    page = await operator.http.get("/admin/trail")
    require(operator.email in page.text, "the trail's page does not name the operator")


async def is_in(http: httpx.AsyncClient) -> bool:
    """Say whether the operators' pages open."""
    answer = await http.get(ROOT)
    codes = {httpx.codes.OK, httpx.codes.SEE_OTHER}
    require_provable(answer.status_code in codes, f"{ROOT}: {answer.status_code}")
    return answer.is_success
