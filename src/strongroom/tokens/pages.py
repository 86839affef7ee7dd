"""API keys for people."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from strongroom.access import ADMINS, actions_for_keys
from strongroom.kernel import Caller, Origin, new_id
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

from .models import WantedApiKey
from .policy import USUAL_DAYS
from .service import ApiKeys


ADDRESS = "/console/api-keys"
PAGE = "api_keys.html"
EMPTY = {"name": "", "days": str(USUAL_DAYS)}


@show(ADDRESS, action="api-key.read")
async def api_keys(
    request: AnyRequest,
    renderer: Given[Renderer],
    api_keys: Given[ApiKeys],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    *,
    revoked: FromQuery[bool] = False,
) -> Response[str]:
    """Show the organization's keys."""
    context = await _page(api_keys, caller, allowed)
    if revoked:
        context["notice"] = "The key is revoked. Its next request is refused."
    return renderer.page(request, PAGE, error=None, errors={}, **context)


@submit(ADDRESS, action="api-key.create")
async def create(
    request: AnyRequest,
    renderer: Given[Renderer],
    api_keys: Given[ApiKeys],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    origin: Given[Origin],
) -> Response[str]:
    """Make a key. It is shown on the answer itself, once."""
    scopes = actions_for_keys(caller.role, caller.granted)
    form = await form_of(request, (*EMPTY, "form", *scopes))
    page = await _page(api_keys, caller, allowed)
    chosen = _chosen(form)
    if_refused(request, PAGE, **{**page, "values": form, "chosen": chosen})
    made = await api_keys.create(caller, _wanted(form, chosen), origin)
    context = await _page(api_keys, caller, allowed)
    context["made"] = made.text.reveal()
    return renderer.page(request, PAGE, error=None, errors={}, **context)


@submit(ADDRESS + "/{key_id:uuid}/revoke", action="api-key.revoke")
async def revoke(
    key_id: FromPath[UUID],
    request: AnyRequest,
    api_keys: Given[ApiKeys],
    caller: Given[Caller],
    origin: Given[Origin],
) -> Redirect:
    """Revoke a key."""
    await form_of(request, ())
    await api_keys.revoke(caller, key_id, origin)
    return see_other(f"{ADDRESS}?revoked=1")


def _chosen(form: Mapping[str, str]) -> frozenset[str]:
    return frozenset(name for name, value in form.items() if "." in name and value)


def _wanted(form: Mapping[str, str], chosen: frozenset[str]) -> WantedApiKey:
    days = form["days"].strip()
    # What is no number is out of reason as well, and refused beside its field.
    fits = days.isascii() and days.isdigit() and len(days) <= len("365")
    return WantedApiKey(form["name"], chosen, int(days) if fits else 0, _form(form))


def _form(form: Mapping[str, str]) -> UUID | None:
    try:
        return UUID(form["form"])
    except ValueError:
        return None  # Whoever sends none, as a program does, wants one key each time.


async def _page(
    api_keys: ApiKeys, caller: Caller, allowed: frozenset[str]
) -> dict[str, Any]:
    return {
        "keys": await api_keys.of(caller.organization_id),
        "scopes": sorted(actions_for_keys(caller.role, caller.granted)),
        "is_admin": caller.role in ADMINS,
        "values": EMPTY,
        "form": new_id(),
        "chosen": frozenset(),
        "allowed": allowed,
        "notice": None,
        "made": None,
    }
