"""The console's overview, the signed-in devices, and the way out, for people."""

from typing import Any
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from strongroom.audit import AuditLog
from strongroom.kernel import Caller, Origin
from strongroom.organizations import Organizations
from strongroom.web import (
    AnyRequest,
    Given,
    Renderer,
    form_of,
    moment,
    see_other,
    show,
    submit,
    with_cookies,
)

from .models import Session
from .policy import clear_cookie, device_name, factor_name, session_cookie, way_name
from .service import Sessions


LEAVE_NOTHING = {"clear-site-data": '"cache", "storage"'}
"""A shared computer keeps no page of whoever signs out (W3C Clear Site Data)."""


@show("/console", action="session.read")
async def overview(
    request: AnyRequest,
    renderer: Given[Renderer],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    *,
    sessions: Given[Sessions],
    organizations: Given[Organizations],
    audit: Given[AuditLog],
) -> Response[str]:
    """Show where the caller stands, in three facts at most."""
    devices = await sessions.devices(caller)
    members = await organizations.members(caller.organization_id)
    facts = [_of_devices(len(devices))]
    if "member.read" in allowed:
        facts.append(_of_members(len(members)))
    if "audit.read" in allowed:
        facts.append(await _latest(audit, caller))
    alone = len(members) == 1
    return renderer.page(
        request, "overview.html", allowed=allowed, facts=facts, alone=alone
    )


@show("/console/devices", action="session.read")
async def devices(
    request: AnyRequest,
    renderer: Given[Renderer],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    sessions: Given[Sessions],
    *,
    ended: FromQuery[bool] = False,
) -> Response[str]:
    """List the signed-in devices of the account."""
    found = [_device(session, caller) for session in await sessions.devices(caller)]
    return renderer.page(
        request, "devices.html", allowed=allowed, devices=found, ended=ended
    )


@submit("/console/devices/{session_id:uuid}/end", action="session.end")
async def end(
    session_id: FromPath[UUID],
    request: AnyRequest,
    sessions: Given[Sessions],
    caller: Given[Caller],
    origin: Given[Origin],
) -> Redirect:
    """Sign one device out; the others stay."""
    await form_of(request, ())
    await sessions.end(caller, session_id, origin)
    return see_other("/console/devices?ended=1")


@show("/console/organizations", action="organization.list")
async def organizations(
    request: AnyRequest,
    renderer: Given[Renderer],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    organizations: Given[Organizations],
) -> Response[str]:
    """List where the caller belongs."""
    found = await organizations.of(caller.account_id)
    return renderer.page(
        request, "organizations.html", allowed=allowed, memberships=found
    )


@submit("/console/organizations/{organization_id:uuid}/switch", action="session.switch")
async def switch(
    organization_id: FromPath[UUID],
    request: AnyRequest,
    sessions: Given[Sessions],
    caller: Given[Caller],
    origin: Given[Origin],
) -> Redirect:
    """Go on in another organization."""
    await form_of(request, ())
    opened = await sessions.go_to(caller, organization_id, origin)
    cookie = session_cookie(opened.token, opened.expires_at)
    return with_cookies(see_other("/console"), [cookie])


@submit("/sign-out", action="session.end")
async def sign_out(
    request: AnyRequest,
    sessions: Given[Sessions],
    caller: Given[Caller],
    origin: Given[Origin],
) -> Redirect:
    """Sign this device out."""
    await form_of(request, ())
    await sessions.end(caller, caller.session_id, origin)
    return with_cookies(see_other("/", LEAVE_NOTHING), [clear_cookie()])


def _device(session: Session, caller: Caller) -> dict[str, Any]:
    return {
        "id": session.id,
        "name": device_name(session.origin.user_agent),
        "address": session.origin.address,
        "way": way_name(session.began.way),
        "factor": factor_name(session.began.factor),
        "created_at": session.created_at,
        "seen_at": session.seen_at,
        "current": session.id == caller.session_id,
    }


def _fact(title: str, value: str, detail: str, page: str, link: str) -> dict[str, str]:
    url = f"/console/{page}"
    return {"title": title, "value": value, "detail": detail, "url": url, "link": link}


def _of_devices(count: int) -> dict[str, str]:
    told = "signed in as you"
    return _fact("Devices", str(count), told, "devices", "Your devices")


def _of_members(count: int) -> dict[str, str]:
    return _fact("Members", str(count), "in all", "members", "The members")


async def _latest(audit: AuditLog, caller: Caller) -> dict[str, str]:
    page = await audit.page(caller.organization_id, limit=1)
    action = page.entries[0].action if page.entries else "nothing yet"
    at = moment(page.entries[0].occurred_at) if page.entries else ""
    return _fact("Last on record", action, at, "audit", "The audit log")
