"""Every problem type leads to a page that says what it means."""

import ast
from collections.abc import AsyncIterator, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest

import strongroom
from strongroom.kernel import Refusal
from strongroom.middleware import Edge, EdgeSettings
from strongroom.room import Strongroom
from strongroom.server.app import build_faces
from strongroom.server.problem_pages import DOMAIN, problem_types
from strongroom.web import BEFORE_ANY_FACE, ProblemType, Renderer


SOURCE = Path(strongroom.__file__).parent
SENDERS = {"answer_problem", "plain_problem", "refusal"}


@pytest.fixture
async def reader(room: Strongroom) -> AsyncIterator[httpx.AsyncClient]:
    """Lend a browser to somebody who reads about problems."""
    faces: Any = build_faces(room, Renderer("Strongroom"), [DOMAIN], {})
    guarded = Edge(faces, EdgeSettings(), frozenset({b"strongroom.test"}))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(guarded),
        base_url="https://strongroom.test",
        headers={"accept": "text/html"},
    ) as client:
        yield client


@pytest.mark.parametrize("problem", problem_types().values(), ids=lambda p: p.code)
async def test_each_type_has_a_page(
    reader: httpx.AsyncClient, problem: ProblemType
) -> None:
    """The address that a refusal names shows its title, its status and its meaning."""
    answer = await reader.get(f"/problems/{problem.code}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    words = " ".join(answer.text.replace("&#39;", "'").split())
    assert problem.title in words
    assert problem.meaning in words
    assert str(problem.status) in words


async def test_an_unknown_type_is_not_found(reader: httpx.AsyncClient) -> None:
    """A code that nothing answers with has no page, and is not repeated in one."""
    answer = await reader.get("/problems/canary-4f1a")
    assert answer.status_code == 404
    assert "canary-4f1a" not in answer.text


def test_the_outermost_passes_say_what_refusals_say() -> None:
    """A code that is raised as well has one status and one title."""
    raised = {each.code: each for each in kinds_of(Refusal)}
    both = [each for each in BEFORE_ANY_FACE if each.code in raised]
    assert both
    for each in both:
        other = raised[each.code]
        assert (each.status, each.title) == (other.status, other.title)


def kinds_of(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    """Yield every kind of refusal that is loaded below *kind*."""
    for refusal in kind.__subclasses__():
        yield refusal
        yield from kinds_of(refusal)


def test_every_code_that_is_sent_has_a_type() -> None:
    """A code written down anywhere in the source is one of the problem types."""
    sent = {code for path in SOURCE.rglob("*.py") for code in codes_in(path)}
    assert {each.code for each in BEFORE_ANY_FACE} <= sent
    assert sent <= set(problem_types())


def codes_in(path: Path) -> Iterator[str]:
    """Yield the codes that a file sends: calls, and pairs of a status and a code."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Name(id=name), args=args) if name in SENDERS:
                yield from _code_after_status(args)
            case ast.Return(value=ast.Tuple(elts=pair)):
                yield from _code_after_status(pair)


def _code_after_status(parts: list[ast.expr]) -> Iterator[str]:
    """Yield a text that stands after a number from 400 to 599."""
    for status, code in pairwise(parts):
        match status, code:
            case ast.Constant(value=int(number)), ast.Constant(value=str(text)):
                if 400 <= number < 600:
                    yield text
