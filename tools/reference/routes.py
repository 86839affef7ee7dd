"""Every route of the house, as Litestar knows it."""

from collections.abc import Iterator
from dataclasses import dataclass

from litestar import Litestar
from litestar.routes import HTTPRoute


@dataclass(frozen=True, slots=True)
class Route:
    """One method on one path, and the action that it declares."""

    method: str
    path: str
    action: str
    sentence: str
    """The first one of its docstring; what Litestar adds by itself has none."""

    @property
    def name(self) -> str:
        """Its method and its path."""
        return f"{self.method} {self.path}"


def routes_of(faces: Litestar) -> list[Route]:
    """Return every route of *faces* that somebody wrote, by its path."""
    return sorted(_routes(faces), key=lambda route: (route.path, route.method))


def _routes(faces: Litestar) -> Iterator[Route]:
    for route in faces.routes:
        if not isinstance(route, HTTPRoute):
            continue
        for handler in route.route_handlers:
            for method in handler.http_methods - {"OPTIONS"}:
                yield Route(
                    method,
                    route.path_format,
                    handler.opt["action"],
                    _sentence(handler.fn.__doc__),
                )


def _sentence(text: str | None) -> str:
    return " ".join((text or "").partition("\n\n")[0].split())
