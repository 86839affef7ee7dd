"""One mail for each administrator when credentials have become old."""

from . import policy, store
from .service import Integrations


async def remind(integrations: Integrations, service_name: str, url: str) -> int:
    """Mail what became due since the last time; return to how many people."""
    link = f"{url}/console/integrations"
    async with integrations.db.system(reason="remind of old credentials") as tx:
        due = await store.claim_due(tx, integrations.settings.rotate_after)
        for row in due:
            subject, text = policy.reminder(service_name, row["names"], link)
            await integrations.parts.outbox.post(tx, row["email"], subject, text)
    return len(due)
