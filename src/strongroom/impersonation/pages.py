"""Impersonation for people: chosen on the operators' listener, taken on the public."""

from typing import Annotated
from uuid import UUID

from litestar import Response
from litestar.di import NamedDependency as Needed
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Redirect

from strongroom.kernel import Origin, Secret
from strongroom.operators import ROOT, Operator
from strongroom.sessions import session_cookie
from strongroom.web import (
    AnyRequest,
    Given,
    Renderer,
    find_caller,
    form_of,
    id_of,
    if_refused,
    see_other,
    show,
    submit,
    with_cookies,
)

from .service import Impersonations


PUBLIC = "/impersonation"
Token = Annotated[str, QueryParameter(name="token", max_length=200)]


@show(ROOT + "/organizations", action="impersonation.read")
async def organizations(
    request: AnyRequest,
    renderer: Needed[Renderer],
    operator: Needed[Operator],
    impersonations: Needed[Impersonations],
    words: FromQuery[str] = "",
    *,
    canaries: FromQuery[bool] = False,
) -> Response[str]:
    """Find an organization."""
    found = await impersonations.places(words[:200], canaries=canaries)
    return renderer.page(
        request,
        "operator_organizations.html",
        operator=operator,
        places=found,
        words=words[:200],
        canaries=canaries,
    )


@show(ROOT + "/organizations/{organization_id:uuid}", action="impersonation.read")
async def organization(
    request: AnyRequest,
    organization_id: FromPath[UUID],
    renderer: Needed[Renderer],
    operator: Needed[Operator],
    impersonations: Needed[Impersonations],
) -> Response[str]:
    """Show whom one could act as, and how to ask for more."""
    place = await impersonations.place(organization_id)
    members = await impersonations.members(organization_id)
    return renderer.page(
        request,
        "operator_organization.html",
        operator=operator,
        place=place,
        members=members,
        errors={},
        error=None,
    )


@submit(ROOT + "/impersonations", action="impersonation.hand-over")
async def begin(
    request: AnyRequest,
    renderer: Needed[Renderer],
    operator: Needed[Operator],
    impersonations: Needed[Impersonations],
    public_url: Needed[str],
) -> Response[str]:
    """Hand over to the public listener, for one minute and one use."""
    form = await form_of(request, ("organization", "account", "reason", "emergency"))
    where = id_of(form["organization"])
    place = await impersonations.place(where)
    members = await impersonations.members(where)
    if_refused(
        request,
        "operator_organization.html",
        operator=operator,
        place=place,
        members=members,
    )
    token = await impersonations.begin(
        operator,
        where,
        id_of(form["account"]),
        form["reason"],
        in_emergency=form["emergency"] == "yes",
    )
    address = f"{public_url}{PUBLIC}?token={token.reveal()}"
    # A link and no redirect: a form of this listener is kept from leading elsewhere.
    return renderer.page(
        request, "operator_hand_over.html", operator=operator, address=address
    )


@submit(ROOT + "/impersonations/end", action="impersonation.end")
async def end(
    request: AnyRequest,
    operator: Needed[Operator],
    impersonations: Needed[Impersonations],
    origin: Needed[Origin],
) -> Redirect:
    """End whatever the operator acts in."""
    await form_of(request, ())
    await impersonations.end(operator, origin)
    return see_other(ROOT)


@show(PUBLIC, action="impersonation.begin")
async def arrive(
    request: AnyRequest,
    renderer: Given[Renderer],
    impersonations: Given[Impersonations],
    token: Token = "",
) -> Response[str]:
    """Say as whom the operator is about to act; looking uses nothing up."""
    found = await impersonations.look(Secret(token))
    return renderer.page(request, "impersonation.html", found=found, token=token)


@submit(PUBLIC, action="impersonation.begin")
async def act(
    request: AnyRequest,
    impersonations: Given[Impersonations],
    origin: Given[Origin],
) -> Redirect:
    """Use the hand-over up, and go to the console as somebody else."""
    form = await form_of(request, ("token",))
    caller = find_caller(request)
    opened = await impersonations.take(Secret(form["token"]), caller, origin)
    cookie = session_cookie(opened.token, opened.expires_at)
    return with_cookies(see_other("/console"), [cookie])
