"""The house as a server composes it, its routes, and what it describes of itself."""

from typing import Any

import httpx
import pytest

from strongroom.lab.operations import Operation, read_operations
from strongroom.middleware import Bearers, Edge, EdgeSettings, SessionPass
from strongroom.room import Strongroom
from strongroom.server.exact import Exact
from strongroom.server.faults import Faults
from strongroom.server.hot import hot_answers
from strongroom.server.refused_writes import RefusedWrites
from tests.attacks.routes import Route, routes_of


def faces_of(house: Edge) -> Any:
    """Return the faces behind everything that guards them."""
    inner: Any = house
    while not hasattr(inner, "routes"):
        inner = inner.app
    return inner


@pytest.fixture(scope="module")
def house(house: Edge, room: Strongroom) -> Edge:
    """Return the house as a server composes it, with its quick answer to who speaks."""
    hot = Exact(faces_of(house), hot_answers())
    record = RefusedWrites(room.audit)
    bearers = Bearers(room.api_keys, room.token_pairs)
    signed = SessionPass(hot, room.sessions, bearers, record)
    return Edge(Faults(signed), EdgeSettings(), house.hosts)


@pytest.fixture(scope="module")
def routes(house: Edge) -> list[Route]:
    """Return every route of the house."""
    return routes_of(faces_of(house))


@pytest.fixture
async def operations(app: httpx.AsyncClient) -> list[Operation]:
    """Return every operation that the house describes to programs."""
    return read_operations((await app.get("/api/openapi.json")).json())
