"""The question for a second factor, for people: a form that works without a script."""

from collections.abc import Mapping
from typing import Annotated, Any

from litestar import Response
from litestar.params import QueryParameter
from litestar.response import Redirect

from strongroom.kernel import Origin, Secret
from strongroom.passkeys import CHALLENGE_COOKIE, shown_in
from strongroom.totp import CodeUsed, WrongCode
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
)

from .models import CODE_PAGE, with_next
from .policy import WAITING_COOKIE
from .service import Entrance


Next = Annotated[str, QueryParameter(name="next", max_length=2_000)]

EMPTY: Mapping[str, Any] = {"errors": {}, "error": None}
"""What the page says before anything was refused."""


@show(CODE_PAGE, action="page.read")
async def code_form(
    request: AnyRequest,
    renderer: Given[Renderer],
    entrance: Given[Entrance],
    wanted: Next = "",
) -> Response[str]:
    """Ask for the second factor of a sign-in whose first one was right."""
    path, factor = own_path(wanted), await entrance.asked_of(_waiting(request))
    if factor is None:
        return see_other(with_next("/sign-in", path))
    return renderer.page(
        request, "second_factor.html", next=path, factor=factor, **EMPTY
    )


@submit(CODE_PAGE, action="session.finish")
async def finish(
    request: AnyRequest, entrance: Given[Entrance], origin: Given[Origin]
) -> Redirect:
    """Finish signing in and go on to the page that was asked for."""
    form = await form_of(request, ("code", "recovery_code", "next"))
    path, token = own_path(form["next"]), _waiting(request)
    factor = await entrance.asked_of(token)
    if_refused(request, "second_factor.html", next=path, factor=factor)
    field = "recovery_code" if form["recovery_code"] else "code"
    with beside(field, WrongCode, CodeUsed):
        arrived = await entrance.finish(token, Secret(form[field]), origin)
    return go_on(arrived, path)


@submit(CODE_PAGE + "/passkey", action="session.finish")
async def finish_by_passkey(
    request: AnyRequest, entrance: Given[Entrance], origin: Given[Origin]
) -> Redirect:
    """Finish signing in with a passkey, and go on to the page that was asked for."""
    form = await form_of(request, ("credential", "next"))
    path, token = own_path(form["next"]), _waiting(request)
    factor = await entrance.asked_of(token)
    if_refused(request, "second_factor.html", next=path, factor=factor)
    shown = shown_in(form["credential"], find_cookie(request, CHALLENGE_COOKIE))
    return go_on(await entrance.finish_by_passkey(token, shown, origin), path)


@submit("/sign-in/passkey", action="passkey.sign-in")
async def enter(
    request: AnyRequest, entrance: Given[Entrance], origin: Given[Origin]
) -> Redirect:
    """Sign in with a passkey alone, and go on to the page that was asked for."""
    form = await form_of(request, ("credential", "next"))
    path, values = own_path(form["next"]), {"email": ""}
    if_refused(request, "sign_in.html", values=values, next=path, changed=False)
    shown = shown_in(form["credential"], find_cookie(request, CHALLENGE_COOKIE))
    return go_on(await entrance.enter(shown, origin), path)


def _waiting(request: AnyRequest) -> Secret:
    return Secret(find_cookie(request, WAITING_COOKIE) or "")
