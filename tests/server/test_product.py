"""What an operator may name as an app, and which paths stay the house's."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from strongroom.middleware import Edge
from strongroom.room import Strongroom
from strongroom.server import CannotStart, NotGuarded, require_caller
from strongroom.server.assets import asset_answers
from strongroom.server.guarding import options_from
from strongroom.server.health import health_answers
from strongroom.server.hot import hot_answers
from strongroom.server.lifespan import Lifespan
from strongroom.server.options import AppName
from strongroom.server.product import load_product, require_free_paths
from strongroom.server.product_life import ProductLife
from strongroom.server.reserved import is_reserved


HERE = str(Path(__file__).parents[2])

GIVEN = AppName(name="examples.notes:notes", folder=HERE)


class Silent:
    """An app without a lifespan: it raises at the scope itself, as ASGI allows."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Refuse what is not a request.

        Raises:
            ValueError: always.

        """
        del receive, send
        raise ValueError(scope["type"])


class Unopened:
    """Something that does not open."""

    async def __aenter__(self) -> None:
        """Break.

        Raises:
            CannotStart: always.

        """
        message = "the database cannot be reached"
        raise CannotStart(message)

    async def __aexit__(self, *_: object) -> None:
        """Do nothing."""


async def life_of(app: Any) -> list[dict[str, Any]]:
    """Return what *app* tells a server that starts and stops it."""
    heard = iter(({"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}))
    told: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return next(heard)

    async def send(message: dict[str, Any]) -> None:
        told.append(message)

    await app({"type": "lifespan", "state": {}}, receive, send)
    return told


def test_every_path_of_the_house_is_reserved(house: Edge, room: Strongroom) -> None:
    """A new page of ours cannot hide a path that products own; only / is shared."""
    faces: Any = house.app
    while not hasattr(faces, "routes"):
        faces = faces.app
    paths = {route.path for route in faces.routes}
    exact = {**asset_answers(), **health_answers(room.db), **hot_answers()}
    paths |= {path for _, path in exact}
    assert "/console" in paths
    paths -= {"/api", "/api/{path:str}"}  # Litestar adds these; a product hides them.
    assert {path for path in paths if not is_reserved(path)} == {"/"}


@pytest.mark.parametrize("path", ["/", "/securityx", "/api/v2", "/.well-known/other"])
def test_a_reserved_path_ends_where_it_ends(path: str) -> None:
    """What only looks like a reserved path is the product's."""
    assert not is_reserved(path)


def test_a_route_that_would_be_hidden_stops_the_start() -> None:
    """An app learns at the start that a path of its own is the house's."""
    app = FastAPI()
    app.add_api_route("/console/mine", lambda: None)
    with pytest.raises(CannotStart, match="/console/mine"):
        require_free_paths(app)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nowhere.to.be:found", "No module named 'nowhere'"),
        ("examples.notes:absent", "no attribute 'absent'"),
        ("examples.notes", "has no attribute"),
        ("strongroom:__version__", "neither a Product nor an ASGI application"),
    ],
)
def test_an_app_that_cannot_be_loaded_is_told_in_one_line(
    name: str, words: str
) -> None:
    """The message names the app and what is wrong with it."""
    with pytest.raises(CannotStart, match=words) as told:
        load_product(AppName(name=name, folder=HERE))
    assert name in str(told.value)
    assert "\n" not in str(told.value)


async def test_an_app_without_a_life_is_spoken_for() -> None:
    """A server hears that all is well from an app that knows no lifespan."""
    told = await life_of(ProductLife(Silent()))
    assert [each["type"] for each in told] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]


async def test_what_does_not_open_is_not_served() -> None:
    """A server is told that the start failed, instead of serving without a house."""
    [told] = await life_of(Lifespan(Silent(), Unopened()))
    assert told["type"] == "lifespan.startup.failed"
    assert "the database cannot be reached" in told["message"]


def test_a_handler_outside_the_guard_breaks_loudly() -> None:
    """Nobody's request is never taken for an anonymous one."""
    for request in ({"type": "http"}, httpx.Request("GET", "https://x.invalid")):
        with pytest.raises(NotGuarded):
            require_caller(request)


def test_the_environment_says_where_the_house_is(tmp_path: Path) -> None:
    """Each variable is read strictly, and none is needed."""
    data = str(tmp_path)
    given = {"STRONGROOM_DATA": data, "STRONGROOM_PORT": "443", "DATABASE_URL": "x"}
    options = options_from(given, GIVEN)
    assert (options.data, options.port, options.database) == (data, 443, "external")
    assert options_from({}, GIVEN).database == "embedded"
    with pytest.raises(CannotStart, match="STRONGROOM_"):
        options_from({"STRONGROOM_PORT": "none"}, GIVEN)
