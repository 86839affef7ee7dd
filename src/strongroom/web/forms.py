"""HTML forms: read strictly, refused on their own page, answered by a redirect."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar, cast
from uuid import UUID

from litestar import Request, Response
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER

from strongroom.kernel import Cookie, Invalid, NotFound, Refusal


FORM_PAGE = "strongroom.form-page"

LONGEST_FIELD = 8_192

_SEGMENT = r"[A-Za-z0-9_~-][A-Za-z0-9._~-]*"
_OWN_PATH = re.compile(rf"(?:/{_SEGMENT})+(?:\?[A-Za-z0-9._~=&%+-]*)?")
"""A part of what RFC 3986 §3.3 allows, in which every reader of URLs finds the same:
no second slash, no backslash, no scheme, no dot segment, nothing encoded."""

AnyRequest = Request[Any, Any, Any]
Answer = TypeVar("Answer", bound=Response[Any])


@dataclass(frozen=True, slots=True)
class FormPage:
    """The page that a form came from, ready to be shown again."""

    template: str
    context: Mapping[str, Any]


async def form_of(request: AnyRequest, names: Sequence[str]) -> dict[str, str]:
    """Return the form's fields called *names*; an absent one is empty.

    Raises:
        Invalid: a field is unknown, repeated, a file, or far too long.

    """
    form = await request.form()
    sent = list(form.multi_items())
    for name, value in sent:
        if name not in names or not isinstance(value, str):
            message = "the form has a field that was not asked for"
            raise Invalid(message)
        if len(value) > LONGEST_FIELD:
            raise Invalid(fields={name: "This is far too long."})
    if len({name for name, _ in sent}) != len(sent):
        message = "the form has a field twice"
        raise Invalid(message)
    return dict.fromkeys(names, "") | dict(sent)


def id_of(text: str) -> UUID:
    """Return the identifier that a form's field holds.

    Raises:
        NotFound: it holds none, so there can be no such thing.

    """
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


def if_refused(request: AnyRequest, template: str, **context: Any) -> None:
    """Have a refusal of this request shown on its form's page, not on a bare one.

    The page is only left in the scope here. The refusal itself is raised as ever, so
    that it still passes the one place that records and answers refusals. A password
    does not belong in *context*: it is typed again.
    """
    scope = cast("dict[str, Any]", request.scope)
    scope[FORM_PAGE] = FormPage(template, context)


def find_form_page(request: AnyRequest) -> FormPage | None:
    """Return the page that a refusal of this request is shown on, or None."""
    return cast("FormPage | None", request.scope.get(FORM_PAGE))


@contextmanager
def beside(field: str, *kinds: type[Refusal]) -> Iterator[None]:
    """Put refusals of these *kinds* beside the form's *field*."""
    try:
        yield
    except kinds as refused:
        refused.fields = {field: refused.detail or refused.title}
        raise


def see_other(path: str, headers: Mapping[str, str] | None = None) -> Redirect:
    """Send a browser on to *path* by GET, so that a reload repeats no write."""
    return Redirect(
        path,
        status_code=HTTP_303_SEE_OTHER,
        headers={"cache-control": "no-store", **(headers or {})},
    )


def with_cookies(response: Answer, cookies: Iterable[Cookie]) -> Answer:
    """Return *response*, which gives the browser *cookies*, each by its parts."""
    for each in cookies:
        response.set_cookie(**each)
    return response


def own_path(text: str) -> str | None:
    """Return *text* if it is a path of this very server, or None."""
    return text if _OWN_PATH.fullmatch(text) else None
