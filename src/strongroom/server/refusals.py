"""Every refusal becomes one answer and, where it turned a write away, one entry."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

import asyncpg
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import Scope

from strongroom.access import FactorMissing, StepUpRequired, WayNotAllowed
from strongroom.admission import OTHER_WAY
from strongroom.audit import NOBODY, Actor, AuditLog, Entry, Target
from strongroom.kernel import (
    Caller,
    Invalid,
    NotFound,
    Refusal,
    Unauthenticated,
    Unavailable,
)
from strongroom.limits import LimitReached
from strongroom.operators import ROOT as OPERATORS, OperatorUnknown
from strongroom.web import (
    CALLER,
    MEDIA_TYPE,
    MISSING,
    PROBLEM,
    AnyRequest,
    Problem,
    Renderer,
    find_form_page,
    own_path,
    problem_body,
    provide_origin,
    see_other,
    why_unusable,
)

from .budgets import SPENT
from .log_lines import place_of


log = logging.getLogger("strongroom")

_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class Malformed(Refusal):
    """The request's body or parameters cannot be read."""

    code, status, title = "malformed", 400, "The request cannot be read."


class MethodNotAllowed(Refusal):
    """The address exists and does not take this method."""

    code, status, title = "method-not-allowed", 405, "This address takes other methods."


class TooLarge(Refusal):
    """The request's body has too many bytes."""

    code, status, title = "body-too-large", 413, "The request is too large."


class UnsupportedType(Refusal):
    """The body is of a kind that this address does not take."""

    code, status, title = "unsupported-type", 415, "Send JSON."


class Failed(Refusal):
    """Something broke on our side."""

    code, status, title = "internal-error", 500, "Something broke on our side."


_UNREADABLE = (
    RecursionError,  # JSON nested deeper than can be read.
    asyncpg.CharacterNotInRepertoireError,  # A NUL, which no text of Postgres holds.
    asyncpg.UntranslatableCharacterError,  # The same within JSON.
)

_BODY = {"data": "body"}
"""What stands for the whole body in a handler, and what programs call it."""

_BY_STATUS: dict[int, type[Refusal]] = {
    400: Malformed,
    404: NotFound,
    405: MethodNotAllowed,
    413: TooLarge,
    415: UnsupportedType,
}


class Refusals:
    """Turns what handlers raise into answers, and puts refused writes on record."""

    def __init__(self, audit: AuditLog, renderer: Renderer) -> None:
        """Record in *audit*; show people pages by *renderer*."""
        self._audit, self._renderer = audit, renderer

    async def record(self, raised: Exception, scope: Scope) -> None:
        """Write the entry of a refusal, once, unless nothing could be written.

        Litestar awaits this for every exception, before it asks for the answer: so
        no face needs to remember it, and an answer means that the entry exists.
        """
        request: AnyRequest = Request(scope)
        refusal = as_refusal(raised)
        action = _action(request)
        if isinstance(refusal, Failed):
            # The traceback may hold what the visitor sent: only its place is logged.
            told = {"request_id": provide_origin(request).request_id}
            log.error("%s failed: %s", action, place_of(raised), extra=told)
        if action is None or refusal.on_record or isinstance(refusal, Unavailable):
            return
        if request.method not in _WRITES and refusal.status != HTTPStatus.FORBIDDEN:
            return
        await self._audit.refuse(_entry(request, action, refusal))

    def answer(self, request: AnyRequest, raised: Exception) -> Response[Any]:
        """Return a problem for a program, a page for a person."""
        refusal = as_refusal(raised)
        request.scope[PROBLEM] = refusal.code  # type: ignore[literal-required]
        headers = {"cache-control": "no-store"}
        if refusal.retry_after is not None:
            headers["retry-after"] = str(refusal.retry_after)
        violated = None
        if isinstance(refusal, LimitReached):
            request.scope[SPENT] = [refusal.spent]  # type: ignore[literal-required]
            violated = [refusal.spent[0].name]
        if wants_page(request):
            return self._page(request, refusal, headers)
        problem = Problem(
            type=f"/problems/{refusal.code}",
            title=refusal.title,
            status=refusal.status,
            detail=refusal.detail,
            fields=refusal.fields or None,
            violated_policies=violated,
            request_id=provide_origin(request).request_id,
        )
        return Response(
            problem_body(problem),
            status_code=refusal.status,
            media_type=MEDIA_TYPE,
            headers=headers,
        )

    def _page(
        self, request: AnyRequest, refusal: Refusal, headers: Mapping[str, str]
    ) -> Response[Any]:
        """Return the way to sign in, the refused form again, or a page of its own."""
        if isinstance(refusal, OperatorUnknown):
            return see_other(f"{OPERATORS}/sign-in")
        if refusal.code == Unauthenticated.code:
            return see_other(_sign_in_first(request))
        if refusal.code == StepUpRequired.code:
            return see_other(_confirm_first(request))
        if refusal.code == FactorMissing.code:
            return see_other("/console/security")
        if refusal.code == WayNotAllowed.code:
            return see_other(_other_way(request))
        form = find_form_page(request)
        if form is not None:
            error = None if refusal.fields else refusal.detail or refusal.title
            template = form.template
            context = {**form.context, "errors": refusal.fields, "error": error}
        else:
            template, context = "problem.html", _told(request, refusal)
        return self._renderer.page(
            request, template, status=refusal.status, headers=headers, **context
        )


def as_refusal(raised: Exception) -> Refusal:
    """Return *raised* as a refusal; what we did not foresee is hidden."""
    if isinstance(raised, Refusal):
        return raised
    if isinstance(raised, ValidationException):
        return Invalid(fields=_fields(raised)) if _fields(raised) else Malformed()
    if isinstance(raised, HTTPException) and raised.status_code in _BY_STATUS:
        return _BY_STATUS[raised.status_code]()
    if isinstance(raised, _UNREADABLE):
        return Malformed()
    return Failed()


def wants_page(request: AnyRequest) -> bool:
    """Say whether a browser asks for itself rather than a program."""
    accepted = request.headers.get("accept", "")
    return "text/html" in accepted and not request.url.path.startswith("/api/")


def _fields(raised: ValidationException) -> dict[str, str]:
    """Return what is wrong with each unusable field; never its value."""
    extra = cast("list[dict[str, str]]", raised.extra or [])
    found = [each for each in extra if isinstance(each, dict) and each.get("key")]
    return {_BODY.get(each["key"], each["key"]): _why(each) for each in found}


def _why(wrong: Mapping[str, str]) -> str:
    """Return why a field is unusable: of one that is missing there is only the name."""
    message = wrong.get("message", "")
    return MISSING if message == repr(wrong["key"]) else why_unusable(message)


def _entry(request: AnyRequest, action: str, refusal: Refusal) -> Entry:
    found = request.scope.get(CALLER)
    caller = found if isinstance(found, Caller) else None
    return Entry(
        action,
        Actor.of(caller) if caller else NOBODY,
        Target(action.partition(".")[0]),
        caller.organization_id if caller else None,
        outcome="refused",
        reason=refusal.code,
        origin=provide_origin(request),
    )


def _sign_in_first(request: AnyRequest) -> str:
    """Return where to sign in, and the wish to come back to the page.

    A write is not repeated for somebody who may have become somebody else: they come
    back to its form.
    """
    if request.method in _WRITES:
        return _with_next("/sign-in", request)
    path, query = request.url.path, request.url.query
    return "/sign-in?" + urlencode({"next": f"{path}?{query}" if query else path})


def _confirm_first(request: AnyRequest) -> str:
    """Return where to show a second factor, and the wish to come back to the page."""
    return _with_next("/console/confirm", request)


def _with_next(page: str, request: AnyRequest) -> str:
    """Return *page*, and the wish to come back to where the *request* came from."""
    before = urlsplit(request.headers.get("referer", ""))
    here = before.netloc == request.headers.get("host")
    query = urlencode({"next": before.path}) if here and own_path(before.path) else ""
    return f"{page}?{query}" if query else page


def _other_way(request: AnyRequest) -> str:
    """Return where the allowed ways are told, and the wish to come back to the page."""
    path = own_path(request.url.path) if request.method == "GET" else None
    return f"{OTHER_WAY}?{urlencode({'next': path})}" if path else OTHER_WAY


def _told(request: AnyRequest, refusal: Refusal) -> dict[str, Any]:
    return {
        "title": refusal.title,
        "detail": refusal.detail,
        "fields": refusal.fields,
        "request_id": provide_origin(request).request_id,
    }


def _action(request: AnyRequest) -> str | None:
    handler = request.scope.get("route_handler")
    return handler.opt.get("action") if handler is not None else None
