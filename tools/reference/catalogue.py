"""Every reference page; a new one adds its line here."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from . import actions, api, claims, cli, problems, settings


PAGES: Final[Mapping[str, Callable[[], str]]] = MappingProxyType(
    {
        "settings.md": settings.render,
        "errors.md": problems.render,
        "events.md": actions.render,
        "api.md": api.render,
        "cli.md": cli.render,
        "claims.md": claims.render,
    }
)


def render_all() -> dict[str, str]:
    """Return every page's text by its file name."""
    return {name: render() for name, render in PAGES.items()}
