"""Integrations for people: what there is, add one, and everything that can be done."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from strongroom.connectors import KINDS, Kind, kind_of
from strongroom.kernel import Caller, Origin, Secret
from strongroom.passwords import WrongPassword
from strongroom.web import (
    AnyRequest,
    Given,
    Renderer,
    beside,
    form_of,
    if_refused,
    see_other,
    show,
    submit,
)

from .models import Integration, Wish
from .service import Integrations


ADDRESS = "/console/integrations"
LIST, ONE, NEW = "integrations.html", "integration.html", "new_integration.html"

NOTICES = {
    "created": "The credential is kept. Test it, to see that it works.",
    "changed": "The changes are kept. Test the connection again.",
    "rotated": "The secret is replaced. Revoke the old one where it came from.",
    "tested": "The connection was tried; see how it went below.",
    "deleted": "The credential is deleted. For a day you can undo this.",
    "restored": "The credential is back.",
}
"""What was just done, by the word that the redirect carries."""


@show(ADDRESS, action="integration.read")
async def every(
    request: AnyRequest,
    renderer: Given[Renderer],
    integrations: Given[Integrations],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    done: FromQuery[str] = "",
) -> Response[str]:
    """List the organization's integrations."""
    context = await _list(integrations, caller, allowed)
    context["notice"] = NOTICES.get(done)
    return renderer.page(request, LIST, error=None, errors={}, **context)


@show(f"{ADDRESS}/new", action="integration.create")
async def new(
    request: AnyRequest,
    renderer: Given[Renderer],
    allowed: Given[frozenset[str]],
    kind: FromQuery[str] = "",
) -> Response[str]:
    """Offer the fields of one kind."""
    context = _new(kind_of(kind), allowed, {})
    return renderer.page(request, NEW, error=None, errors={}, **context)


@submit(ADDRESS, action="integration.create")
async def add(
    request: AnyRequest,
    integrations: Given[Integrations],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    origin: Given[Origin],
) -> Redirect:
    """Keep a new credential."""
    kind = kind_of(str((await request.form()).get("kind", "")))
    if_refused(request, NEW, **_new(kind, allowed, {}))
    form = await form_of(request, ("kind", *_names(kind)))
    # A secret does not go back to the page: it is typed again.
    if_refused(request, NEW, **_new(kind, allowed, _public(kind, form)))
    made = await integrations.create(caller, kind.word, _wish(kind, form), origin)
    return see_other(f"{ADDRESS}/{made.id}?done=created")


@show(f"{ADDRESS}/{{integration_id:uuid}}", action="integration.read")
async def one(
    integration_id: FromPath[UUID],
    request: AnyRequest,
    renderer: Given[Renderer],
    integrations: Given[Integrations],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    *,
    done: FromQuery[str] = "",
) -> Response[str]:
    """Show one integration, and what can be done with it."""
    context = await _one(integrations, caller, allowed, integration_id)
    context["notice"] = NOTICES.get(done)
    return renderer.page(request, ONE, error=None, errors={}, **context)


@submit(f"{ADDRESS}/{{integration_id:uuid}}/change", action="integration.change")
async def change(
    integration_id: FromPath[UUID],
    request: AnyRequest,
    integrations: Given[Integrations],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    origin: Given[Origin],
) -> Redirect:
    """Change name and fields; the secret is typed again where another host needs it."""
    page = await _one(integrations, caller, allowed, integration_id)
    if_refused(request, ONE, **page)
    kind: Kind = page["kind"]
    form = await form_of(request, _names(kind))
    if_refused(request, ONE, **(page | {"typed": _public(kind, form)}))
    await integrations.change(caller, integration_id, _wish(kind, form), origin)
    return see_other(f"{ADDRESS}/{integration_id}?done=changed")


@submit(f"{ADDRESS}/{{integration_id:uuid}}/rotate", action="integration.rotate")
async def rotate(
    integration_id: FromPath[UUID],
    request: AnyRequest,
    integrations: Given[Integrations],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    origin: Given[Origin],
) -> Redirect:
    """Replace the secret."""
    page = await _one(integrations, caller, allowed, integration_id)
    if_refused(request, ONE, **page)
    name = page["kind"].secret.name
    form = await form_of(request, (name,))
    await integrations.rotate(caller, integration_id, Secret(form[name]), origin)
    return see_other(f"{ADDRESS}/{integration_id}?done=rotated")


@submit(f"{ADDRESS}/{{integration_id:uuid}}/test", action="integration.test")
async def test(
    integration_id: FromPath[UUID],
    request: AnyRequest,
    integrations: Given[Integrations],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    origin: Given[Origin],
) -> Redirect:
    """Try the connection."""
    page = await _one(integrations, caller, allowed, integration_id)
    if_refused(request, ONE, **page)
    await form_of(request, ())
    await integrations.test(caller, integration_id, origin)
    return see_other(f"{ADDRESS}/{integration_id}?done=tested")


@submit(f"{ADDRESS}/{{integration_id:uuid}}/reveal", action="integration.reveal")
async def reveal(
    integration_id: FromPath[UUID],
    request: AnyRequest,
    renderer: Given[Renderer],
    integrations: Given[Integrations],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    *,
    origin: Given[Origin],
) -> Response[str]:
    """Show the secret once, to whoever gives their password now."""
    page = await _one(integrations, caller, allowed, integration_id)
    if_refused(request, ONE, **page)
    form = await form_of(request, ("your_password",))
    password = Secret(form["your_password"])
    with beside("your_password", WrongPassword):
        found = await integrations.reveal(caller, integration_id, password, origin)
    shown = page | {"secret": found.reveal()}
    return renderer.page(request, ONE, error=None, errors={}, **shown)


@submit(f"{ADDRESS}/{{integration_id:uuid}}/delete", action="integration.delete")
async def delete(
    integration_id: FromPath[UUID],
    request: AnyRequest,
    integrations: Given[Integrations],
    caller: Given[Caller],
    origin: Given[Origin],
) -> Redirect:
    """Delete it; the list offers to undo that."""
    await form_of(request, ())
    await integrations.delete(caller, integration_id, origin)
    return see_other(f"{ADDRESS}?done=deleted")


@submit(f"{ADDRESS}/{{integration_id:uuid}}/restore", action="integration.restore")
async def restore(
    integration_id: FromPath[UUID],
    request: AnyRequest,
    integrations: Given[Integrations],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    origin: Given[Origin],
) -> Redirect:
    """Undo a deletion."""
    if_refused(request, LIST, **await _list(integrations, caller, allowed))
    await form_of(request, ())
    await integrations.restore(caller, integration_id, origin)
    return see_other(f"{ADDRESS}?done=restored")


async def _list(
    integrations: Integrations, caller: Caller, allowed: frozenset[str]
) -> dict[str, Any]:
    found = [_shown(integrations, each) for each in await integrations.all(caller)]
    return {
        "integrations": [each for each in found if not each["deleted_at"]],
        "deleted": [each for each in found if each["deleted_at"]],
        "kinds": [*KINDS.values()],
        "allowed": allowed,
        "notice": None,
    }


async def _one(
    integrations: Integrations,
    caller: Caller,
    allowed: frozenset[str],
    integration_id: UUID,
) -> dict[str, Any]:
    found = await integrations.get(caller, integration_id)
    return {
        "integration": _shown(integrations, found),
        "kind": KINDS[found.kind],
        "typed": {"name": found.name, **found.fields},
        "days": integrations.settings.rotate_after.days,
        "secret": None,
        "allowed": allowed,
        "notice": None,
    }


def _new(
    kind: Kind, allowed: frozenset[str], typed: Mapping[str, str]
) -> dict[str, Any]:
    filled = {each.name: each.default for each in kind.fields} | {"name": kind.title}
    return {"kind": kind, "allowed": allowed, "typed": filled | dict(typed)}


def _shown(integrations: Integrations, found: Integration) -> dict[str, Any]:
    return {
        "id": found.id,
        "kind": KINDS[found.kind].title,
        "name": found.name,
        "shown": found.fields.get("shown"),
        "destination": found.destination,
        "last_four": found.last_four,
        "fingerprint": found.fingerprint,
        "rotated_at": found.rotated_at,
        "is_due": integrations.is_due(found),
        "tested_at": found.tested_at,
        "works": found.works,
        "said": found.said,
        "deleted_at": found.deleted_at,
    }


def _names(kind: Kind) -> tuple[str, ...]:
    return ("name", *(each.name for each in kind.fields), kind.secret.name)


def _public(kind: Kind, form: Mapping[str, str]) -> dict[str, str]:
    return {name: form[name] for name in _names(kind) if name != kind.secret.name}


def _wish(kind: Kind, form: Mapping[str, str]) -> Wish:
    fields = {each.name: form[each.name] for each in kind.fields}
    typed = form[kind.secret.name]
    return Wish(form["name"], fields, Secret(typed) if typed else None)
