"""The page of the API: every operation, with what it takes and what it answers."""

from collections.abc import Iterator, Mapping
from typing import Any

from .actions import who_may
from .house import faces
from .markdown import code, page, table
from .routes import Route, routes_of


INTRO = """\
The same description as JSON is at `/api/openapi.json` of a running server.
Bodies are JSON; an unknown field is refused.
A session comes as the cookie `__Host-session`, from signing in or confirming.
Every refusal is a problem; see [Errors](errors.md)."""

EXACT = (
    ("GET /healthz", "The process is alive."),
    ("GET /readyz", "The database answers; 503 when it does not."),
    ("GET /api/openapi.json", "The description of the operations above."),
    ("GET /static/…", "Style sheet, script and icons."),
)
"""What no docstring of a handler describes."""


def render() -> str:
    """Return the page."""
    application = faces()
    schema = application.openapi_schema.to_schema()
    routes = routes_of(application)
    written = [each for each in routes if each.sentence]
    listed = [each for each in written if each.path in schema["paths"]]
    pages = [each for each in written if each not in listed]
    return page(
        "API",
        INTRO,
        *(_operation(schema, route) for route in listed),
        "## Health and files",
        table(("address", "answer"), ((code(a), w) for a, w in EXACT)),
        "## Pages and forms",
        "For people; they work without a script.",
        table(("address", "who may", "what"), _pages(pages)),
    )


def _operation(schema: Mapping[str, Any], route: Route) -> str:
    described = schema["paths"][route.path][route.method.lower()]
    parts = [
        f"## `{route.name}`",
        f"{route.sentence}\nAction {code(route.action)}: {who_may(route.action)}.",
    ]
    rows = [*_parameters(described), *_body(schema, described)]
    if rows:
        parts.append(table(("takes", "in", "type"), rows))
    parts.append(f"Answers {_answer(schema, described)}.")
    return "\n\n".join(parts)


def _parameters(described: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for each in described.get("parameters", ()):
        yield code(each["name"]), each["in"], _type(each["schema"])


def _body(
    schema: Mapping[str, Any], described: Mapping[str, Any]
) -> Iterator[tuple[str, str, str]]:
    content = described.get("requestBody", {}).get("content", {})
    found = content.get("application/json", {}).get("schema", {})
    for name, kind in _resolved(schema, found).get("properties", {}).items():
        yield code(name), "body", _type(kind)


def _answer(schema: Mapping[str, Any], described: Mapping[str, Any]) -> str:
    status, answer = next(
        (status, answer)
        for status, answer in described["responses"].items()
        if status.startswith("2")
    )
    for content in answer.get("content", {}).values():
        return f"{status}{_fields(schema, content.get('schema', {}))}"
    return str(status)


def _fields(schema: Mapping[str, Any], kind: Mapping[str, Any]) -> str:
    if kind.get("type") == "array":
        return _fields(schema, kind["items"]).replace(" with", ", a list of", 1)
    names = _resolved(schema, kind).get("properties", {})
    return f" with {', '.join(map(code, names))}" if names else ""


def _resolved(schema: Mapping[str, Any], kind: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = kind.get("$ref")
    if reference is None:
        return kind
    found: Mapping[str, Any] = schema["components"]["schemas"][
        reference.rpartition("/")[2]
    ]
    return found


def _type(kind: Mapping[str, Any]) -> str:
    """Return the type in words, and what its description adds, such as a unit."""
    words, more = _bare_type(kind), kind.get("description")
    return f"{words}; {more[:1].lower()}{more[1:].rstrip('.')}" if more else words


def _bare_type(kind: Mapping[str, Any]) -> str:
    if "oneOf" in kind:
        inner = [each for each in kind["oneOf"] if each.get("type") != "null"]
        return f"{', '.join(map(_type, inner))}, optional"
    if "enum" in kind:
        return ", ".join(map(code, kind["enum"]))
    words = kind.get("format") or kind.get("type") or "object"
    limits = [f"{w} {kind[k]:g}" for k, w in _LIMITS if k in kind]
    return ", ".join([str(words), *limits])


_LIMITS = (("minimum", "at least"), ("maximum", "at most"))


def _pages(routes: list[Route]) -> Iterator[tuple[str, str, str]]:
    for each in routes:
        yield code(each.name), who_may(each.action), each.sentence
