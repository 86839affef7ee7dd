"""An organization's own key for people."""

from typing import Any

from litestar import Response
from litestar.params import FromQuery
from litestar.response import Redirect

from strongroom.audit import Actor
from strongroom.kernel import Caller, Origin
from strongroom.vault import KeyOwner
from strongroom.web import (
    AnyRequest,
    Given,
    Renderer,
    form_of,
    if_refused,
    see_other,
    show,
    submit,
)

from .service import Rotation


MOST_SHOWN = 12
"""So many versions, the newest; nobody needs to see the rest."""

NOTICES = {"replaced": "A new version is made. It seals in a moment."}
"""What was just done, by the word that the redirect carries."""


@show("/console/keys", action="key.read")
async def keys(
    request: AnyRequest,
    renderer: Given[Renderer],
    rotation: Given[Rotation],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    done: FromQuery[str] = "",
) -> Response[str]:
    """Show the versions of the organization's key, newest first."""
    context = await _page(rotation, caller, allowed)
    context |= {"notice": NOTICES.get(done)}
    return renderer.page(request, "keys.html", error=None, **context)


@submit("/console/keys", action="key.rotate")
async def replace(
    request: AnyRequest,
    rotation: Given[Rotation],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    origin: Given[Origin],
) -> Redirect:
    """Replace the organization's key."""
    if_refused(request, "keys.html", **await _page(rotation, caller, allowed))
    await form_of(request, ())
    owner = KeyOwner.organization(caller.organization_id)
    await rotation.rotate(owner, Actor.of(caller), origin)
    return see_other("/console/keys?done=replaced")


async def _page(
    rotation: Rotation, caller: Caller, allowed: frozenset[str]
) -> dict[str, Any]:
    found = await rotation.versions(KeyOwner.organization(caller.organization_id))
    period = rotation.settings.rotation.days
    return {
        "versions": found[: -MOST_SHOWN - 1 : -1],
        "period": period,
        "allowed": allowed,
        "notice": None,
    }
