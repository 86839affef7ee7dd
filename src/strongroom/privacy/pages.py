"""A person's own data for people: what is kept, a copy, the way out."""

from typing import Any, get_args
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from strongroom.kernel import Caller, Invalid, Origin, Secret
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

from .models import Kind, Request
from .policy import require_words
from .service import Privacy


ADDRESS = "/console/privacy"

KINDS: dict[str, str] = {
    "access": "Tell me what you know about me",
    "rectification": "Something about me is wrong",
    "restriction": "Stop using my data for now",
    "objection": "I object to how my data is used",
}
"""What a human answers, in a person's own words."""

NOTICES = {
    "export": "Your copy is being made. A mail with a link follows.",
    "erase": "Your account will be erased. Until then you can keep it: see below.",
    "cancel": "That request is undone. Nothing was changed.",
    "request": "Your request is on its way. You will be answered within a month.",
}
"""What was just done, by the word that the redirect carries."""

ZIP = {
    "content-disposition": 'attachment; filename="your-data.zip"',
    "cache-control": "no-store",
}


@show(ADDRESS, action="privacy.read")
async def privacy_page(
    request: AnyRequest,
    renderer: Given[Renderer],
    privacy: Given[Privacy],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    done: FromQuery[str] = "",
) -> Response[str]:
    """Show what is kept about the caller, and what can be done about it."""
    context = await _page(privacy, caller, allowed)
    context |= {"notice": NOTICES.get(done), "errors": {}, "error": None}
    return renderer.page(request, "privacy.html", **context)


@submit(f"{ADDRESS}/export", action="privacy.export")
async def export(
    request: AnyRequest,
    privacy: Given[Privacy],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    origin: Given[Origin],
) -> Redirect:
    """Ask for a copy of everything."""
    if_refused(request, "privacy.html", **await _page(privacy, caller, allowed))
    form = await form_of(request, ("export_password",))
    with beside("export_password", WrongPassword):
        await privacy.export(caller, Secret(form["export_password"]), origin)
    return see_other(f"{ADDRESS}?done=export")


@submit(f"{ADDRESS}/erase", action="privacy.erase")
async def erase(
    request: AnyRequest,
    privacy: Given[Privacy],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    origin: Given[Origin],
) -> Redirect:
    """Ask for one's own erasure."""
    if_refused(request, "privacy.html", **await _page(privacy, caller, allowed))
    form = await form_of(request, ("confirmation", "erase_password"))
    password = Secret(form["erase_password"])
    with beside("erase_password", WrongPassword):
        await privacy.erase(caller, password, form["confirmation"], origin)
    return see_other(f"{ADDRESS}?done=erase")


@submit(f"{ADDRESS}/request", action="privacy.request")
async def ask(
    request: AnyRequest,
    privacy: Given[Privacy],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    origin: Given[Origin],
) -> Redirect:
    """Ask what a human must answer."""
    if_refused(request, "privacy.html", **await _page(privacy, caller, allowed))
    form = await form_of(request, ("kind", "words"))
    if form["kind"] not in KINDS:
        message = "There is no such request."
        raise Invalid(message)
    kind: Kind = next(each for each in get_args(Kind) if each == form["kind"])
    await privacy.ask(caller, kind, require_words(form["words"]), origin)
    return see_other(f"{ADDRESS}?done=request")


@submit(f"{ADDRESS}/requests/{{request_id:uuid}}/cancel", action="privacy.cancel")
async def cancel(
    request_id: FromPath[UUID],
    request: AnyRequest,
    privacy: Given[Privacy],
    caller: Given[Caller],
    origin: Given[Origin],
) -> Redirect:
    """Undo a request of one's own that has not begun."""
    await form_of(request, ())
    await privacy.cancel(caller, request_id, origin)
    return see_other(f"{ADDRESS}?done=cancel")


@show(f"{ADDRESS}/export", action="privacy.read")
async def fetch(
    request: AnyRequest,
    renderer: Given[Renderer],
    allowed: Given[frozenset[str]],
    token: FromQuery[str] = "",
) -> Response[str]:
    """Offer the copy. Mail scanners open links, so nothing is used up here."""
    return renderer.page(request, "fetch_export.html", allowed=allowed, token=token)


@submit(f"{ADDRESS}/download", action="privacy.download")
async def download(
    request: AnyRequest,
    privacy: Given[Privacy],
    caller: Given[Caller],
    origin: Given[Origin],
) -> Response[bytes]:
    """Fetch the copy behind a mailed link, once."""
    form = await form_of(request, ("token",))
    archive = await privacy.download(caller, Secret(form["token"]), origin)
    return Response(archive, media_type="application/zip", headers=ZIP)


async def _page(
    privacy: Privacy, caller: Caller, allowed: frozenset[str]
) -> dict[str, Any]:
    found, now = await privacy.mine(caller), privacy.now()
    return {
        "allowed": allowed,
        "kept": [each for each in privacy.kept() if each.ground != "about nobody"],
        "requests": [_shown(each, late=each.is_late(now)) for each in found],
        "ending": next((each for each in found if _is_ending(each)), None),
        "kinds": KINDS,
        "cooling_off": privacy.cooling_off,
        "notice": None,
    }


def _is_ending(request: Request) -> bool:
    return request.kind == "erasure" and request.state == "waiting"


def _shown(request: Request, *, late: bool) -> dict[str, Any]:
    return {
        "id": request.id,
        "what": {"export": "A copy of your data", "erasure": "Erasure"}.get(
            request.kind, KINDS.get(request.kind, request.kind)
        ),
        "state": request.state,
        "late": late,
        "opened_at": request.opened_at,
        "due_at": request.due_at,
        "starts_at": request.starts_at,
        "answer": request.answer or request.obstacle,
        "progress": (request.stores_done, request.stores)
        if request.state == "waiting" and request.stores
        else None,
        "can_cancel": request.state == "waiting" and request.kind == "erasure",
    }
