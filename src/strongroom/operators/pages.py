"""The operators' own pages: set up, sign in, who there is, what they did."""

import json
from typing import Annotated, Any

import segno
from litestar import Response
from litestar.di import NamedDependency as Needed
from litestar.params import FromQuery, QueryParameter
from litestar.response import Redirect

from strongroom.kernel import Origin, Secret
from strongroom.passwords import PasswordRefused
from strongroom.totp import WrongCode
from strongroom.web import (
    AnyRequest,
    Renderer,
    beside,
    form_of,
    if_refused,
    see_other,
    show,
    submit,
    with_cookies,
)

from .models import Operator
from .policy import ROOT, clear_cookie, operator_cookie
from .service import Operators


Token = Annotated[str, QueryParameter(name="token", max_length=200)]
NOTHING: dict[str, Any] = {"errors": {}, "error": None}


@show(ROOT, action="operator.read")
async def overview(
    request: AnyRequest,
    renderer: Needed[Renderer],
    operators: Needed[Operators],
    operator: Needed[Operator],
) -> Response[str]:
    """Show who there is, and where to go."""
    people = await operators.everybody()
    return renderer.page(
        request, "operator_overview.html", operator=operator, people=people
    )


@show(ROOT + "/trail", action="operator.read")
async def trail(
    request: AnyRequest,
    renderer: Needed[Renderer],
    operators: Needed[Operators],
    operator: Needed[Operator],
) -> Response[str]:
    """Show what operators did and were refused, newest first."""
    entries = [
        {**entry, "details": json.loads(entry["details"])}
        for entry in await operators.trail()
    ]
    return renderer.page(
        request, "operator_trail.html", operator=operator, entries=entries
    )


@show(ROOT + "/sign-in", action="operator.sign-in")
async def sign_in_form(
    request: AnyRequest,
    renderer: Needed[Renderer],
    *,
    ready: FromQuery[bool] = False,
) -> Response[str]:
    """Ask for both factors at once."""
    return renderer.page(
        request, "operator_sign_in.html", email="", ready=ready, **NOTHING
    )


@submit(ROOT + "/sign-in", action="operator.sign-in")
async def sign_in(
    request: AnyRequest, operators: Needed[Operators], origin: Needed[Origin]
) -> Redirect:
    """Take both factors, and go in."""
    form = await form_of(request, ("email", "password", "code"))
    if_refused(request, "operator_sign_in.html", email=form["email"], ready=False)
    password, code = Secret(form["password"]), Secret(form["code"])
    opened = await operators.sign_in(form["email"], password, code, origin)
    cookie = operator_cookie(opened.token, opened.expires_at)
    return with_cookies(see_other(ROOT), [cookie])


@submit(ROOT + "/sign-out", action="operator.sign-out")
async def sign_out(
    request: AnyRequest,
    operators: Needed[Operators],
    operator: Needed[Operator],
    origin: Needed[Origin],
) -> Redirect:
    """Sign this browser out; whoever was acted as is left too."""
    await form_of(request, ())
    await operators.sign_out(operator, origin)
    return with_cookies(see_other(f"{ROOT}/sign-in"), [clear_cookie()])


@show(ROOT + "/set-up", action="operator.set-up")
async def set_up_form(
    request: AnyRequest,
    renderer: Needed[Renderer],
    operators: Needed[Operators],
    token: Token = "",
) -> Response[str]:
    """Show the seed of the link, and ask for a password and a first code."""
    shown = await _shown(operators, renderer, Secret(token))
    return renderer.page(request, "operator_set_up.html", **shown, **NOTHING)


@submit(ROOT + "/set-up", action="operator.set-up")
async def set_up(
    request: AnyRequest,
    renderer: Needed[Renderer],
    operators: Needed[Operators],
    origin: Needed[Origin],
) -> Redirect:
    """Keep both factors; the link is used up."""
    form = await form_of(request, ("token", "password", "code"))
    token = Secret(form["token"])
    if_refused(
        request, "operator_set_up.html", **await _shown(operators, renderer, token)
    )
    password, code = Secret(form["password"]), Secret(form["code"])
    with beside("password", PasswordRefused), beside("code", WrongCode):
        await operators.set_up(token, password, code, origin)
    return see_other(f"{ROOT}/sign-in?ready=1")


async def _shown(
    operators: Operators, renderer: Renderer, token: Secret
) -> dict[str, Any]:
    """Return a seed as a picture, and in groups of four for whoever types it."""
    issuer = f"{renderer.service_name} operators"
    person, seed, address = await operators.begin(token, issuer)
    picture, text = segno.make(address.reveal(), error="m"), seed.reveal()
    groups = [text[at : at + 4] for at in range(0, len(text), 4)]
    return {
        "email": person.email,
        "token": token.reveal(),
        "picture": picture.svg_inline(
            scale=4, light="#fff", dark="#000", svgclass="qr"
        ),
        "seed": " ".join(groups),
    }
