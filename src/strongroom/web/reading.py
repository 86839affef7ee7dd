"""What a program sends, read strictly: each name once, each known, none missing.

Guards against two readers of one request that see different things (RFC 8259 §4 lets
each pick another of two equal names), and against a misspelt name that changes
nothing: a filter that is ignored shows everything.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from itertools import islice
from typing import Any

import msgspec
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler

from strongroom.kernel import Invalid


MISSING = "This is missing."
UNKNOWN = "Nobody asks for this."
TWICE = "This is given twice."

MOST_TOLD = 20
"""So many names are told of one kind of mistake; an answer is no echo."""

_JSON_WORDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
}
_BOUNDS = {">=": "at least", "<=": "at most"}
_INVALID = {
    "Invalid UUID": "This is no UUID.",
    "Invalid RFC3339 encoded datetime": "This is no time as RFC 3339 writes it.",
}
_TYPES = re.compile(r"Expected `([a-z]+(?: \| [a-z]+)*)`, got `[a-z]+`")
_BOUND = re.compile(r"Expected `(int|str)`(?: of length)? (>=|<=) ([0-9]+)")

_SHOWN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")
"""A name that may be repeated to whoever sent it; any other may be a secret."""


class StrictRequest(Request[Any, Any, Any]):
    """A request whose JSON says each name once, and the names that are asked for."""

    async def json(self) -> Any:
        """Return the body.

        Raises:
            Invalid: a name stands twice, is unknown or missing; the fields say which.

        """
        found = await super().json()
        require_none(twice_in(await self.body()), TWICE)
        asked = self.route_handler.parsed_data_field
        if asked is not None and isinstance(found, dict):
            require_names(found, asked.annotation)
        return found


def twice_in(body: bytes) -> list[str]:
    """Return the names that stand twice in one object of a JSON *body*."""
    found: list[str] = []

    def note(pairs: list[tuple[str, Any]]) -> None:
        counted = Counter(name for name, _ in pairs)
        found.extend(name for name, times in counted.items() if times > 1)

    if body:  # Numbers stay text: a long one takes its reader quadratic time.
        json.loads(body, object_pairs_hook=note, parse_int=str, parse_float=str)
    return found


def require_names(found: dict[str, Any], wanted: Any) -> None:
    """Accept an object that has what a struct of type *wanted* needs, and no more.

    Raises:
        Invalid: it has not; the names that are wrong are told.

    """
    if not (isinstance(wanted, type) and issubclass(wanted, msgspec.Struct)):
        return
    fields = {each.encode_name: each for each in msgspec.structs.fields(wanted)}
    unknown = (name for name in found if name not in fields)
    needed = (name for name, each in fields.items() if each.required)
    told = told_of(unknown, UNKNOWN)
    told |= told_of((name for name in needed if name not in found), MISSING)
    if told:
        raise Invalid(fields=told)


def require_known_query(
    connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
) -> None:
    """Let a program's request through if *handler* asks for each of its parameters.

    The address of a page is people's: what others add to a link does no harm there.

    Raises:
        Invalid: one is unknown, or stands twice; the fields say which.

    """
    if not connection.scope["query_string"] or not is_described(handler):
        return
    sent = connection.query_params
    known = query_names(handler, frozenset(connection.path_params))
    require_none((name for name in sent if name not in known), UNKNOWN)
    require_none((name for name in sent if len(sent.getall(name)) > 1), TWICE)


def is_described(handler: BaseRouteHandler) -> bool:
    """Say whether the API's description, and so every program, knows of *handler*."""
    if not isinstance(handler, HTTPRouteHandler) or "action" not in handler.opt:
        return False
    return handler.resolve_include_in_schema()


@cache
def query_names(handler: BaseRouteHandler, in_path: frozenset[str]) -> frozenset[str]:
    """Return the query parameters that *handler* takes, besides those *in_path*."""
    places: dict[str, Any] = dict.fromkeys(in_path)
    model = handler.create_kwargs_model(places)
    return frozenset(each.field_alias for each in model.expected_query_params)


def require_none(names: Iterable[str], why: str) -> None:
    """Go on if there are no *names*.

    Raises:
        Invalid: there are; they are told with *why*.

    """
    told = told_of(names, why)
    if told:
        raise Invalid(fields=told)


def told_of(names: Iterable[str], why: str) -> dict[str, str]:
    """Return *why* for each of the first *names*; what is no name is not repeated."""
    first = islice(names, MOST_TOLD)
    return {name if _SHOWN.fullmatch(name) else "…": why for name in first}


def why_unusable(message: str) -> str:
    """Return in our words why msgspec's *message* refuses a value, and not the value.

    Only what tells types and bounds is translated: others may quote the value.
    """
    if types := _TYPES.fullmatch(message):
        words = [_JSON_WORDS.get(each, each) for each in types[1].split(" | ")]
        return f"This must be {' or '.join(words)}."
    if bound := _BOUND.fullmatch(message):
        unit = " characters" if bound[1] == "str" else ""
        has = "have" if unit else "be"
        return f"This must {has} {_BOUNDS[bound[2]]} {bound[3]}{unit}."
    return _INVALID.get(message, "This cannot be used.")
