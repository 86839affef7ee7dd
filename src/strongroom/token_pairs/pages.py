"""Connected apps, for people."""

from uuid import UUID

from litestar import Response
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from strongroom.kernel import Caller, Origin
from strongroom.web import (
    AnyRequest,
    Given,
    Renderer,
    form_of,
    see_other,
    show,
    submit,
)

from .service import TokenPairs


ADDRESS = "/console/apps"


@show(ADDRESS, action="token.read")
async def apps(
    request: AnyRequest,
    renderer: Given[Renderer],
    token_pairs: Given[TokenPairs],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    *,
    revoked: FromQuery[bool] = False,
) -> Response[str]:
    """List the caller's connected apps."""
    found = await token_pairs.of(caller)
    return renderer.page(
        request, "apps.html", allowed=allowed, apps=found, revoked=revoked
    )


@submit(ADDRESS + "/{pair_id:uuid}/revoke", action="token.revoke")
async def revoke(
    pair_id: FromPath[UUID],
    request: AnyRequest,
    token_pairs: Given[TokenPairs],
    caller: Given[Caller],
    origin: Given[Origin],
) -> Redirect:
    """Disconnect one app; the others stay."""
    await form_of(request, ())
    await token_pairs.revoke(caller, pair_id, origin)
    return see_other(f"{ADDRESS}?revoked=1")
