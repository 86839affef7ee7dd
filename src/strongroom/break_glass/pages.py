"""Emergency access, for operators: ask, approve, end."""

from uuid import UUID

from litestar import Response
from litestar.di import NamedDependency as Needed
from litestar.params import FromPath
from litestar.response import Redirect

from strongroom.kernel import Origin
from strongroom.operators import ROOT, Operator
from strongroom.web import AnyRequest, Renderer, form_of, id_of, see_other, show, submit

from .service import BreakGlass


HERE = f"{ROOT}/break-glass"


@show(HERE, action="break-glass.read")
async def grants(
    request: AnyRequest,
    renderer: Needed[Renderer],
    operator: Needed[Operator],
    break_glass: Needed[BreakGlass],
) -> Response[str]:
    """List requests, newest first."""
    found = await break_glass.newest()
    return renderer.page(
        request, "operator_break_glass.html", operator=operator, grants=found
    )


@submit(HERE, action="break-glass.ask")
async def ask(
    request: AnyRequest,
    operator: Needed[Operator],
    break_glass: Needed[BreakGlass],
    origin: Needed[Origin],
) -> Redirect:
    """Ask for emergency access; another operator must approve it."""
    form = await form_of(request, ("organization", "reason", "minutes"))
    organization = id_of(form["organization"])
    await break_glass.ask(
        operator, organization, form["reason"], form["minutes"], origin
    )
    return see_other(HERE)


@submit(HERE + "/{grant_id:uuid}/approve", action="break-glass.approve")
async def approve(
    request: AnyRequest,
    grant_id: FromPath[UUID],
    operator: Needed[Operator],
    break_glass: Needed[BreakGlass],
    origin: Needed[Origin],
) -> Redirect:
    """Approve what another operator asked for."""
    await form_of(request, ())
    await break_glass.approve(operator, grant_id, origin)
    return see_other(HERE)


@submit(HERE + "/{grant_id:uuid}/end", action="break-glass.end")
async def end(
    request: AnyRequest,
    grant_id: FromPath[UUID],
    operator: Needed[Operator],
    break_glass: Needed[BreakGlass],
    origin: Needed[Origin],
) -> Redirect:
    """End emergency access early, or withdraw a request."""
    await form_of(request, ())
    await break_glass.end(grant_id, operator, origin)
    return see_other(HERE)
