"""Signing in by mail, for people: forms that work without a script."""

from collections.abc import Mapping
from typing import Any

from litestar import Response
from litestar.params import FromQuery
from litestar.response import Redirect

from strongroom.kernel import Origin, Secret
from strongroom.web import (
    AnyRequest,
    Given,
    Renderer,
    beside,
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

from .errors import WrongMailCode
from .policy import ASKER_COOKIE, read_asker
from .service import MagicLinks


ADDRESS, TEMPLATE = "/sign-in/link", "magic_link.html"

EMPTY: Mapping[str, Any] = {"errors": {}, "error": None}
"""What the page says before anything was refused."""


@submit("/sign-in/mail", action="magic-link.ask")
async def ask(
    request: AnyRequest, links: Given[MagicLinks], origin: Given[Origin]
) -> Redirect:
    """Write to the address, whether or not it has an account."""
    # The button stands in the form of the password, which may come along unread.
    form = await form_of(request, ("email", "password", "next"))
    email, path = form["email"], own_path(form["next"])
    values = {"email": email}
    if_refused(request, "sign_in.html", values=values, next=path, changed=False)
    asked = await links.ask(email, origin, path)
    return with_cookies(see_other(ADDRESS), [asked.cookie])


@show(ADDRESS, action="page.read")
async def link_form(
    request: AnyRequest,
    renderer: Given[Renderer],
    links: Given[MagicLinks],
    token: FromQuery[str] = "",
) -> Response[str]:
    """Ask to go on. Mail scanners open links, so nothing is used up here."""
    asker, _ = _asked(request)
    at_home = links.is_at_home(asker, Secret(token))
    if not (token or asker.reveal()):
        return see_other("/sign-in")
    stage = "go-on" if at_home else "elsewhere" if token else "code"
    return renderer.page(request, TEMPLATE, stage=stage, token=token, **EMPTY)


@submit(ADDRESS, action="magic-link.sign-in")
async def sign_in(
    request: AnyRequest, links: Given[MagicLinks], origin: Given[Origin]
) -> Redirect:
    """Sign in by the link or the code of the mail."""
    form = await form_of(request, ("code", "token"))
    stage = "go-on" if form["token"] else "code"
    if_refused(request, TEMPLATE, stage=stage, token=form["token"])
    shown, (asker, wanted) = Secret(form["token"] or form["code"]), _asked(request)
    with beside("code", WrongMailCode):
        arrived = await links.sign_in(asker, shown, origin)
    return go_on(arrived, own_path(wanted))


def _asked(request: AnyRequest) -> tuple[Secret, str]:
    return read_asker(find_cookie(request, ASKER_COOKIE))
