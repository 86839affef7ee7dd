"""A page for every problem type: what it means.

The ``type`` of a refusal is an address below ``/problems/``, so whoever meets one can
look it up on the server that sent it. The words are the refusal's own docstring.
"""

import inspect
from collections.abc import Iterator

from litestar import Response
from litestar.params import FromPath

from strongroom.kernel import Domain, NotFound, Refusal
from strongroom.web import (
    BEFORE_ANY_FACE,
    AnyRequest,
    Given,
    ProblemType,
    Renderer,
    show,
)


def problem_types() -> dict[str, ProblemType]:
    """Return every problem type of the loaded code, by its code."""
    types = {each.code: each for each in BEFORE_ANY_FACE}
    for refusal in _refusals(Refusal):
        # A narrower refusal with its parent's code is told apart by nobody outside.
        types.setdefault(refusal.code, _type_of(refusal))
    return dict(sorted(types.items()))


@show("/problems/{code:str}", action="page.read")
async def problem_type(
    code: FromPath[str], request: AnyRequest, renderer: Given[Renderer]
) -> Response[str]:
    """Say what a problem type means."""
    found = problem_types().get(code)
    if found is None:
        raise NotFound
    return renderer.page(request, "problem_type.html", problem=found)


def _refusals(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    """Yield what inherits from *kind*, the general before the special."""
    for refusal in kind.__subclasses__():
        yield refusal
        yield from _refusals(refusal)


def _type_of(refusal: type[Refusal]) -> ProblemType:
    words = " ".join((inspect.getdoc(refusal) or refusal.title).split())
    return ProblemType(refusal.code, refusal.status, refusal.title, words)


DOMAIN = Domain("problems", pages=(problem_type,))
