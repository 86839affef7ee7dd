"""Every route of the house, read from the framework: pages and forms included."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from litestar.routes import HTTPRoute

from strongroom.access import EVERYONE, who_can


WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})

_PARAMETER = re.compile(r"{[^}]+}")


@dataclass(frozen=True, slots=True, order=True)
class Route:
    """One method on one path, and the action that it stands for."""

    path: str
    method: str
    action: str | None

    @property
    def writes(self) -> bool:
        """Say whether it may change something."""
        return self.method in WRITES

    @property
    def open_to_all(self) -> bool:
        """Say whether nobody needs to be signed in."""
        return self.action is not None and who_can(self.action) is EVERYONE

    @property
    def is_api(self) -> bool:
        """Say whether it is for programs."""
        return self.path.startswith("/api/")

    @property
    def takes_identifier(self) -> bool:
        """Say whether its path names an object."""
        return "{" in self.path

    def address(self, identifier: object | None = None) -> str:
        """Return its path with *identifier*, or a random one, in every place."""
        return _PARAMETER.sub(str(identifier or uuid4()), self.path)

    def __str__(self) -> str:
        """Return its name, such as ``POST /sign-in``."""
        return f"{self.method} {self.path}"


def routes_of(faces: Any) -> list[Route]:
    """Return every route but what the framework answers by itself."""
    return sorted(set(_routes(faces)))


def _routes(faces: Any) -> Iterator[Route]:
    for route in faces.routes:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                for method in handler.http_methods - {"OPTIONS"}:
                    yield Route(route.path, method, handler.opt.get("action"))
