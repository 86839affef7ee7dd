"""The page of actions: who may do what, and what is put on record."""

import ast
from collections.abc import Iterator
from pathlib import Path

import strongroom
from strongroom.access import EVERYONE, GRANTS, ROLES, SERVICES, SIGNED_IN
from strongroom.server.domains import DOMAINS

from .house import faces, load_everything
from .markdown import code, page, table
from .routes import routes_of


INTRO = """\
An action has one name: in the access policy, at the route, and on record.
What is not listed here is nobody's, and a route that declares such an action
stops the start."""

RECORD = """\
"Done" means that a success writes an audit entry, in the transaction of its change.
A refused write is on record whatever the action is,
and so is a refused read when the role forbids it."""


def render() -> str:
    """Return the page."""
    load_everything()
    return page(
        "Actions and events",
        INTRO,
        RECORD,
        table(("action", "who may", "on record", "routes"), _rows()),
        "## Recorded without a route",
        table(("action", "when"), [*_edge_rows(), *_unrouted_rows()]),
    )


def who_may(action: str) -> str:
    """Return in words who may do *action*."""
    allowed = GRANTS[action]
    if allowed is EVERYONE:
        return "everyone"
    if allowed is SIGNED_IN:
        return "whoever is signed in"
    if allowed is SERVICES:
        return "a service, by its signature"
    return ", ".join(role for role in ROLES if role in allowed)


def recorded() -> frozenset[str]:
    """Return the actions that the domains put on record when they are done."""
    return frozenset(event for domain in DOMAINS for event in domain.events)


def edge_actions() -> list[str]:
    """Return the actions that the server records before any route is reached."""
    folder = Path(strongroom.__file__).parent / "server"
    trees = [ast.parse(path.read_text("utf-8")) for path in folder.glob("*.py")]
    return sorted(
        {
            str(part.value)
            for tree in trees
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and _is_entry(node)
            for part in ast.walk(node.args[0])
            if isinstance(part, ast.Constant) and "." in str(part.value)
        }
    )


def _is_entry(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "Entry"


def _rows() -> Iterator[tuple[str, str, str, str]]:
    done, routes = recorded(), routes_of(faces())
    for action in GRANTS:
        paths = sorted(each.name for each in routes if each.action == action)
        on_record = "done" if action in done else ""
        yield code(action), who_may(action), on_record, ", ".join(map(code, paths))


def _unrouted_rows() -> Iterator[tuple[str, str]]:
    for action in sorted(recorded() - set(GRANTS)):
        yield code(action), "done by an operator's command, or by the house itself"


def _edge_rows() -> Iterator[tuple[str, str]]:
    for action in edge_actions():
        yield code(action), "refused, before any route was reached"
