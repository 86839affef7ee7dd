"""The sign-in policy for people: see whom it would affect, set it, take it back."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from litestar import Response
from litestar.params import FromQuery
from litestar.response import Redirect

from strongroom.kernel import Caller, Origin
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

from .errors import PolicyInvalid
from .models import SignInPolicy
from .service import Admission


ADDRESS = "/console/sign-in-policy"
TEMPLATE = "sign_in_policy.html"
FIELDS = ("second_factor", "lifetime", "idle", "networks", "look")
NOTICES = {
    "changed": "The policy holds from the next request of each member on.",
    "undone": "What held before holds again.",
}
"""What was just done, by the word that the redirect carries."""


@show(ADDRESS, action="sign-in-policy.read")
async def sign_in_policy(
    request: AnyRequest,
    renderer: Given[Renderer],
    admission: Given[Admission],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    *,
    done: FromQuery[str] = "",
) -> Response[str]:
    """Show what the organization asks."""
    values = _values(await admission.get(caller.organization_id))
    page: dict[str, Any] = {"values": values, "allowed": allowed}
    page["notice"] = NOTICES.get(done)
    return renderer.page(
        request, TEMPLATE, error=None, errors={}, affected=None, **page
    )


@submit(ADDRESS, action="sign-in-policy.change")
async def change_policy(
    request: AnyRequest,
    renderer: Given[Renderer],
    admission: Given[Admission],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    origin: Given[Origin],
) -> Response[Any]:
    """Say whom the policy would affect, or let it hold."""
    form = await form_of(request, FIELDS)
    page: dict[str, Any] = {"values": form, "allowed": allowed, "notice": None}
    if_refused(request, TEMPLATE, affected=None, **page)
    wanted = _wanted(form)
    if form["look"]:
        found = await admission.preview(caller, wanted, origin)
        return renderer.page(
            request, TEMPLATE, error=None, errors={}, affected=found, **page
        )
    await admission.change(caller, wanted, origin)
    return see_other(f"{ADDRESS}?done=changed")


@submit(f"{ADDRESS}/undo", action="sign-in-policy.undo")
async def undo_policy(
    request: AnyRequest,
    admission: Given[Admission],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    origin: Given[Origin],
) -> Redirect:
    """Let hold again what held before."""
    await form_of(request, ())
    values = _values(await admission.get(caller.organization_id))
    page = {"values": values, "allowed": allowed, "notice": None}
    if_refused(request, TEMPLATE, affected=None, **page)
    await admission.undo(caller, origin)
    return see_other(f"{ADDRESS}?done=undone")


def _values(policy: SignInPolicy) -> dict[str, str]:
    return {
        "second_factor": "1" if policy.second_factor else "",
        "lifetime": _minutes(policy.lifetime),
        "idle": _minutes(policy.idle),
        "networks": "\n".join(policy.networks),
    }


def _minutes(span: timedelta | None) -> str:
    return str(int(span.total_seconds() / 60)) if span else ""


def _wanted(form: Mapping[str, str]) -> SignInPolicy:
    networks = tuple(form["networks"].replace(",", " ").split())
    lifetime, idle = _span(form, "lifetime"), _span(form, "idle")
    return SignInPolicy(bool(form["second_factor"]), lifetime, idle, networks)


def _span(form: Mapping[str, str], name: str) -> timedelta | None:
    text = form[name].strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= len("100000")):
        raise PolicyInvalid(fields={name: "Minutes, as a number."})
    return timedelta(minutes=int(text))
