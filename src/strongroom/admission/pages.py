"""The sign-in policy for people: see whom it would affect, set it, take it back."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Annotated, Any

from litestar import Response
from litestar.params import FromQuery, QueryParameter
from litestar.response import Redirect

from strongroom.kernel import Caller, Origin, Secret
from strongroom.passwords import WrongPassword
from strongroom.sessions import way_name
from strongroom.web import (
    AnyRequest,
    Given,
    Renderer,
    beside,
    form_of,
    if_refused,
    own_path,
    see_other,
    show,
    submit,
)

from .errors import PolicyInvalid
from .models import OTHER_WAY, SignInPolicy
from .service import Admission


ADDRESS = "/console/sign-in-policy"
TEMPLATE = "sign_in_policy.html"
FIELDS = ("second_factor", "lifetime", "idle", "networks", "look", "password")
Next = Annotated[str, QueryParameter(name="next", max_length=2_000)]
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
    page = _page(admission, values, allowed, NOTICES.get(done))
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
    form = await form_of(request, (*FIELDS, *map(_field, admission.offered)))
    password = Secret(form.pop("password"))
    page = _page(admission, form, allowed)
    if_refused(request, TEMPLATE, affected=None, **page)
    wanted = _wanted(form, admission.offered)
    if form["look"]:
        found = await admission.preview(caller, wanted, origin)
        return renderer.page(
            request, TEMPLATE, error=None, errors={}, affected=found, **page
        )
    with beside("password", WrongPassword):
        await admission.change(caller, wanted, password, origin)
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
    form = await form_of(request, ("password_to_undo",))
    values = _values(await admission.get(caller.organization_id))
    page = _page(admission, values, allowed)
    if_refused(request, TEMPLATE, affected=None, **page)
    with beside("password_to_undo", WrongPassword):
        await admission.undo(caller, Secret(form["password_to_undo"]), origin)
    return see_other(f"{ADDRESS}?done=undone")


@show(OTHER_WAY, action="sign-in-policy.meet")
async def another_way(
    request: AnyRequest,
    renderer: Given[Renderer],
    admission: Given[Admission],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    *,
    wanted: Next = "",
) -> Response[str]:
    """Say which ways in are allowed here, each with what begins it anew."""
    found, path = await admission.meet(caller), own_path(wanted)
    if caller.barred != "way":
        return see_other(path or "/console")
    named = [(way, admission.offered.get(way, way)) for way in found.ways]
    own = admission.offered.get(found.way) or way_name(found.way)
    return renderer.page(
        request, "another_way.html", allowed=allowed, ways=named, own=own, next=path
    )


def _page(
    admission: Admission,
    values: Mapping[str, str],
    allowed: frozenset[str],
    notice: str | None = None,
) -> dict[str, Any]:
    ways = [(_field(way), title) for way, title in admission.offered.items()]
    chosen = [name for name, _ in ways if values.get(name)]
    return {
        "values": values,
        "ways": ways,
        "chosen": chosen,
        "allowed": allowed,
        "notice": notice,
    }


def _field(way: str) -> str:
    """Return the name of a way's box: a form's field is there once."""
    return f"way:{way}"


def _values(policy: SignInPolicy) -> dict[str, str]:
    return dict.fromkeys(map(_field, policy.ways), "1") | {
        "second_factor": "1" if policy.second_factor else "",
        "lifetime": _minutes(policy.lifetime),
        "idle": _minutes(policy.idle),
        "networks": "\n".join(policy.networks),
    }


def _minutes(span: timedelta | None) -> str:
    return str(int(span.total_seconds() / 60)) if span else ""


def _wanted(form: Mapping[str, str], offered: Iterable[str]) -> SignInPolicy:
    networks = tuple(form["networks"].replace(",", " ").split())
    lifetime, idle = _span(form, "lifetime"), _span(form, "idle")
    ways = tuple(way for way in offered if form[_field(way)])
    return SignInPolicy(bool(form["second_factor"]), lifetime, idle, networks, ways)


def _span(form: Mapping[str, str], name: str) -> timedelta | None:
    text = form[name].strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= len("100000")):
        raise PolicyInvalid(fields={name: "Minutes, as a number."})
    return timedelta(minutes=int(text))
