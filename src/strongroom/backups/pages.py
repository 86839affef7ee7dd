"""How backups stand, for an organization's admins: when and how, and no figures.

What a table holds of all organizations together is the operator's business alone.
"""

from litestar import Response

from strongroom.web import AnyRequest, Given, Renderer, show

from .service import Backups


@show("/console/backups", action="backup.read")
async def backups_page(
    request: AnyRequest,
    renderer: Given[Renderer],
    backups: Given[Backups],
    allowed: Given[frozenset[str]],
) -> Response[str]:
    """Show the newest backup and the newest drill."""
    standing = await backups.status()
    return renderer.page(
        request,
        "backups.html",
        standing=standing,
        rules=backups.settings,
        allowed=allowed,
    )
