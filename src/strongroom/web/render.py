"""Pages: Jinja2 templates, escaped by default, under a strict content policy.

Guards against markup injection (autoescape, undefined names raise) and against
inline script: a template may only use the nonce of its own response.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import MediaType, Request, Response

from .routing import NONCE, find_caller


class Renderer:
    """Renders the house's templates, and an embedder's over them."""

    def __init__(
        self,
        service_name: str,
        folders: Sequence[Path] = (),
        *,
        outbox_url: str | None = None,
        mails_links: bool = False,
        providers: Sequence[tuple[str, str]] = (),
    ) -> None:
        """Look templates up in *folders* first, then in the house's own.

        *outbox_url* is where people read mail that no mail server takes; *mails_links*
        says whether the sign-in page offers a link by mail, *providers* the name and
        title of each that people may sign in by.
        """
        own = Path(str(files("strongroom.web") / "templates"))
        self._environment = Environment(
            loader=FileSystemLoader([*folders, own]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters["moment"] = moment
        self.service_name = service_name
        self._environment.globals["service_name"] = service_name
        self._environment.globals["outbox_url"] = outbox_url
        self._environment.globals["mails_links"] = mails_links
        self._environment.globals["providers"] = list(providers)

    def text(self, template: str, context: Mapping[str, Any]) -> str:
        """Return *template* rendered with *context* alone."""
        return self._environment.get_template(template).render(**context)

    def page(
        self,
        request: Request[Any, Any, Any],
        template: str,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **context: Any,
    ) -> Response[str]:
        """Return a page for whoever asks, with a fresh nonce for its scripts."""
        nonce = secrets.token_urlsafe(16)  # CSP3 §7.1 asks for 128 bits.
        cast("dict[str, Any]", request.scope)[NONCE] = nonce
        standing = {
            "nonce": nonce,
            "caller": _shown_caller(request),
            "status": status,
        }
        content = self.text(template, {**standing, **context})
        return Response(
            content,
            status_code=status,
            media_type=MediaType.HTML,
            headers={"cache-control": "no-store", **(headers or {})},
        )


def moment(value: datetime | None) -> str:
    """Return a time as people read it, in UTC."""
    return f"{value:%-d %B %Y, %H:%M} UTC" if value else "never"


def _shown_caller(request: Request[Any, Any, Any]) -> Any:
    found = request.scope.get("strongroom.caller")
    return None if isinstance(found, Exception) else find_caller(request)
