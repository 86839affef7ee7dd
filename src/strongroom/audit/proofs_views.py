"""How a canary keeps a filter, and deletes it again."""

import httpx

from strongroom.kernel import new_id
from strongroom.lab import Lab, exercise


VIEWS = "/api/v1/audit-views"


async def post_view(admin: httpx.AsyncClient) -> httpx.Response:
    """Ask the server to keep a filter under a name of its own."""
    form = {"name": f"canary {new_id().hex}", "outcome": "refused"}
    return await admin.post(VIEWS, json=form)


@exercise("POST /api/v1/audit-views", action="audit-view.create")
async def keep(lab: Lab) -> httpx.Response:
    """Keep a filter, and leave none behind."""
    async with lab.signed_in("a", "admin") as admin:
        answer = await post_view(admin)
        if answer.is_success:
            await admin.delete(f"{VIEWS}/{answer.json()['id']}")
    return answer


@exercise("DELETE /api/v1/audit-views/{view_id}", action="audit-view.delete")
async def delete(lab: Lab) -> httpx.Response:
    """Delete a filter that was kept for this alone."""
    async with lab.signed_in("a", "admin") as admin:
        view = (await post_view(admin)).json()
        return await admin.delete(f"{VIEWS}/{view['id']}")
