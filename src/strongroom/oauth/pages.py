"""Signing in by a provider, for people: a button, the way back, a name, a list.

The way to a provider begins with a POST of ours, so that no other site can begin it,
and goes on by a link on its answer: a redirect would be the form's own target, which
the content policy keeps at home.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from strongroom.kernel import Caller, Origin, Secret
from strongroom.passwords import WrongPassword
from strongroom.web import (
    AnyRequest,
    Given,
    Renderer,
    beside,
    find_caller,
    find_cookie,
    form_of,
    go_on,
    if_refused,
    own_path,
    see_other,
    show,
    submit,
    with_cookies,
)

from .errors import FlowExpired
from .models import Returned
from .policy import NEWCOMER_COOKIE, WAY_COOKIE
from .service import OAuth


WITH = "/sign-in/with/{name:str}"
NAME_PAGE = "/sign-in/organization"
METHODS = "/console/sign-in-methods"

LONGEST_FIELD = 8_192
EMPTY: Mapping[str, Any] = {"errors": {}, "error": None}
SIGN_IN: Mapping[str, Any] = {"values": {"email": ""}, "next": None, "changed": False}
NOTICES = {
    "connected": "It is connected: whoever signs in there signs in here.",
    "disconnected": "It is disconnected, and signs in to this account no more.",
}


@submit(WITH, action="oauth.begin")
async def begin(
    name: FromPath[str],
    request: AnyRequest,
    renderer: Given[Renderer],
    oauth: Given[OAuth],
) -> Response[str]:
    """Send a browser to a provider, to sign in."""
    if_refused(request, "sign_in.html", **SIGN_IN)
    wanted = own_path((await form_of(request, ("next",)))["next"])
    departure = await oauth.depart(name, wanted)
    page = renderer.page(request, "to_provider.html", departure=departure)
    return with_cookies(page, departure.cookies)


@show(WITH + "/return", action="oauth.return")
async def come_back(
    name: FromPath[str],
    request: AnyRequest,
    oauth: Given[OAuth],
    origin: Given[Origin],
) -> Redirect:
    """Take a browser back from a provider."""
    if_refused(request, "sign_in.html", **SIGN_IN)
    returned = _returned(request)
    welcome = await oauth.come_back(name, returned, find_caller(request), origin)
    if welcome.arrival is not None:
        return go_on(welcome.arrival, own_path(welcome.wanted or ""))
    page = f"{METHODS}?done=connected" if welcome.linked else NAME_PAGE
    return with_cookies(see_other(page), welcome.cookies)


@show(NAME_PAGE, action="page.read")
async def name_form(request: AnyRequest, renderer: Given[Renderer]) -> Response[str]:
    """Ask somebody new what their organization is called."""
    if not find_cookie(request, NEWCOMER_COOKIE):
        return see_other("/sign-in")
    values = {"organization": ""}
    return renderer.page(request, "name_organization.html", values=values, **EMPTY)


@submit(NAME_PAGE, action="oauth.sign-up")
async def sign_up(
    request: AnyRequest, oauth: Given[OAuth], origin: Given[Origin]
) -> Redirect:
    """Make account and organization, and go on to the console."""
    form = await form_of(request, ("organization",))
    if_refused(request, "name_organization.html", values=form)
    token = Secret(find_cookie(request, NEWCOMER_COOKIE) or "")
    welcome = await oauth.sign_up(token, form["organization"], origin)
    if welcome.arrival is None:
        return see_other("/sign-in")
    return go_on(welcome.arrival)


@show(METHODS, action="oauth.read")
async def methods(
    request: AnyRequest,
    renderer: Given[Renderer],
    oauth: Given[OAuth],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    done: FromQuery[str] = "",
) -> Response[str]:
    """Show which providers sign in to the caller's account."""
    page = await _page(oauth, caller, allowed, NOTICES.get(done))
    return renderer.page(request, "sign_in_methods.html", **page, **EMPTY)


@submit(METHODS + "/with/{name:str}", action="oauth.link")
async def link(
    name: FromPath[str],
    request: AnyRequest,
    renderer: Given[Renderer],
    oauth: Given[OAuth],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
) -> Response[str]:
    """Send a browser to a provider, to connect it."""
    if_refused(
        request, "sign_in_methods.html", **await _page(oauth, caller, allowed, None)
    )
    password = Secret((await form_of(request, ("password",)))["password"])
    with beside("password", WrongPassword):
        departure = await oauth.depart_to_link(name, caller, password)
    page = renderer.page(request, "to_provider.html", departure=departure)
    return with_cookies(page, departure.cookies)


@submit(METHODS + "/{identity_id:uuid}/disconnect", action="oauth.unlink")
async def unlink(
    identity_id: FromPath[UUID],
    request: AnyRequest,
    oauth: Given[OAuth],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    origin: Given[Origin],
) -> Redirect:
    """Disconnect an identity."""
    if_refused(
        request, "sign_in_methods.html", **await _page(oauth, caller, allowed, None)
    )
    password = Secret((await form_of(request, ("password",)))["password"])
    with beside("password", WrongPassword):
        await oauth.unlink(caller, identity_id, password, origin)
    return see_other(f"{METHODS}?done=disconnected")


def _returned(request: AnyRequest) -> Returned:
    told = dict.fromkeys(("code", "state", "iss", "error"), "")
    for name in told:
        found = request.query_params.getall(name, [])
        if len(found) > 1:  # RFC 6749 §3.1: none may be there twice.
            raise FlowExpired
        told[name] = found[0][:LONGEST_FIELD] if found else ""
    cookie = find_cookie(request, WAY_COOKIE) or ""
    return Returned(cookie, told["code"], told["state"], told["iss"], told["error"])


async def _page(
    oauth: OAuth, caller: Caller, allowed: frozenset[str], notice: str | None
) -> dict[str, Any]:
    return {
        "identities": await oauth.of(caller),
        "titles": {each.issuer: each.title for each in oauth.providers},
        "providers": oauth.providers,
        "allowed": allowed,
        "notice": notice,
    }
