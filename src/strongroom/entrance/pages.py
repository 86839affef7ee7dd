"""The question for a second factor, for people: a form that works without a script."""

from collections.abc import Mapping
from typing import Annotated, Any

from litestar import Response
from litestar.params import QueryParameter
from litestar.response import Redirect

from strongroom.kernel import Origin, Secret
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
    request: AnyRequest, renderer: Given[Renderer], wanted: Next = ""
) -> Response[str]:
    """Ask for the second factor of a sign-in whose first one was right."""
    path = own_path(wanted)
    if not find_cookie(request, WAITING_COOKIE):
        return see_other(with_next("/sign-in", path))
    return renderer.page(request, "second_factor.html", next=path, **EMPTY)


@submit(CODE_PAGE, action="session.finish")
async def finish(
    request: AnyRequest, entrance: Given[Entrance], origin: Given[Origin]
) -> Redirect:
    """Finish signing in and go on to the page that was asked for."""
    form = await form_of(request, ("code", "recovery_code", "next"))
    path = own_path(form["next"])
    if_refused(request, "second_factor.html", next=path)
    field = "recovery_code" if form["recovery_code"] else "code"
    token = Secret(find_cookie(request, WAITING_COOKIE) or "")
    with beside(field, WrongCode, CodeUsed):
        arrived = await entrance.finish(token, Secret(form[field]), origin)
    return go_on(arrived, path)
