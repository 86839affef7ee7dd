"""The product: the app that a house is built around, as its author brings it in.

Guards against an app that the proofs do not see. It is named as ``module:attribute``,
so that every worker, and the twin that is broken on purpose, load the very same one.
"""

import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from strongroom.kernel import Domain, PersonalTable
from strongroom.lab import Exercise, Lab
from strongroom.middleware import App
from strongroom.privacy import PersonalFiles
from strongroom.vault import SealedColumn

from .errors import CannotStart
from .options import AppName, Options
from .reserved import is_reserved


Furnish = Callable[[Lab], Awaitable[None]]
"""Gives both canary organizations something of the product's to own."""


@dataclass(frozen=True, slots=True)
class Product:
    """An app, and what the house needs to know to prove its claims about it too."""

    app: App
    """Any ASGI application: FastAPI, Starlette, Litestar and Django each make one."""

    migrations: Path | None = None
    """A folder of SQL files, which the schema's owner applies by their names."""

    exercises: Sequence[Exercise] = ()
    """How a canary performs each operation that changes something."""

    furnish: Furnish | None = None
    """How canaries come to own rows, so that there is something to keep apart."""

    personal_data: Sequence[PersonalTable] = ()
    """What each of its tables holds about people: export and erasure follow it."""

    personal_files: Sequence[PersonalFiles] = ()
    """What it keeps about people outside the database: copied and erased with them."""

    sealed: Sequence[SealedColumn] = ()
    """The columns that the vault seals, so that a new key reaches every value."""

    @property
    def domain(self) -> Domain:
        """What the product contributes to the house."""
        events = tuple(dict.fromkeys(each.action for each in self.exercises))
        return Domain(
            "product",
            events=events,
            exercises=tuple(self.exercises),
            personal_data=tuple(self.personal_data),
            sealed=tuple(self.sealed),
        )


def find_product(options: Options) -> Product | None:
    """Return the product that *options* name, or None.

    Raises:
        CannotStart: it cannot be loaded, or asks for a path that is reserved.

    """
    return None if options.app is None else load_product(options.app)


def load_product(name: AppName) -> Product:
    """Import the product called *name*; a plain ASGI application will do.

    Raises:
        CannotStart: it cannot be loaded, or asks for a path that is reserved.

    """
    if name.folder not in sys.path:
        sys.path.insert(0, name.folder)
    module, _, attribute = name.name.partition(":")
    try:
        # lint: local-imports, because which module it is only the operator knows.
        found = getattr(import_module(module), attribute)
    except Exception as failed:
        message = f"the app {name.name} cannot be loaded: {failed}"
        raise CannotStart(message) from failed
    if not isinstance(found, Product) and not callable(found):
        message = f"the app {name.name} is neither a Product nor an ASGI application"
        raise CannotStart(message)
    product = found if isinstance(found, Product) else Product(found)
    require_free_paths(product.app)
    if product.migrations is not None and not product.migrations.is_dir():
        message = f"the app {name.name} names no folder: {product.migrations}"
        raise CannotStart(message)
    return product


def require_free_paths(app: Any) -> None:
    """Accept an app none of whose routes, as far as it lists them, would be hidden.

    Raises:
        CannotStart: one has a path that the house keeps for itself.

    """
    for route in getattr(app, "routes", ()):
        path = getattr(route, "path", "")
        if is_reserved(path):
            message = f"the app's route {path} lies where Strongroom's own pages are"
            raise CannotStart(message)
