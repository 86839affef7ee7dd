"""What nobody in an organization asks for: reminders, and an operator's own look."""

from uuid import UUID

from strongroom.audit import HOUSE, Entry, Target
from strongroom.connectors import Tested
from strongroom.kernel import NotFound

from . import events, policy, store
from .models import Integration
from .service import Integrations, open_stored


async def remind(integrations: Integrations, service_name: str, url: str) -> int:
    """Mail what became due since the last time; return to how many people."""
    link = f"{url}/console/integrations"
    async with integrations.db.system(reason="remind of old credentials") as tx:
        due = await store.claim_due(tx, integrations.settings.rotate_after)
        for row in due:
            subject, text = policy.reminder(service_name, row["names"], link)
            await integrations.parts.outbox.post(tx, row["email"], subject, text)
    return len(due)


async def everywhere(integrations: Integrations) -> list[tuple[UUID, Integration]]:
    """Return every organization's integrations, each with whose it is."""
    door = integrations.db.system(reason="list the integrations of everybody")
    return await store.every(door)


async def test_one(integrations: Integrations, wanted: UUID) -> Tested:
    """Try one connection for the operator, on the organization's own record.

    Raises:
        NotFound: there is none.
        EgressRefused: its host may not be reached.
        SecretElsewhere: the row names another host than the secret was given for.

    """
    parts = integrations.parts
    door = integrations.db.system(reason="find an integration to test")
    found = await store.find_with_owner(door, wanted)
    if found is None:
        raise NotFound
    organization_id, stored = found
    kind, secret = await open_stored(parts.vault, organization_id, stored)
    target = Target("integration", str(wanted))
    async with integrations.db.tenant(organization_id) as tx:
        entry = Entry(events.TEST, HOUSE, target, organization_id)
        await parts.audit.record(tx, entry)
    renew = integrations.renewing(organization_id, stored)
    fields = stored.integration.fields
    tested = await parts.connectors.test(kind, fields, secret, renew)
    async with integrations.db.tenant(organization_id) as tx:
        await store.keep_test(tx, wanted, tested)
    return tested
