"""Alarms for people."""

from litestar import Response

from strongroom.kernel import Caller
from strongroom.web import AnyRequest, Given, Renderer, show

from .policy import AT_ONCE, SHAPES
from .service import Alarms


@show("/console/alarms", action="alarm.read")
async def alarms(
    request: AnyRequest,
    renderer: Given[Renderer],
    alarms: Given[Alarms],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
) -> Response[str]:
    """Show the attacks that were noticed on the organization, newest first."""
    found = await alarms.of(caller.organization_id)
    told = {each.name: each.told for each in (*SHAPES.values(), *AT_ONCE.values())}
    return renderer.page(
        request,
        "alarms.html",
        allowed=allowed,
        alarms=found,
        told=told,
        budgets=alarms.budgets(),
    )
