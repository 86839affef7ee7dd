"""Privacy put together: every domain's registry, the product's, and the house's means.

Before a server answers, whoever was erased is erased again: its database may have come
back from a backup that still knew them.
"""

from dataclasses import replace

from strongroom.claims import Profile
from strongroom.kernel import Domain, Period, SettingsInvalid, load_settings
from strongroom.privacy import (
    LedgerBroken,
    Means,
    Parts,
    Privacy,
    PrivacySettings,
    Registry,
    Work,
)
from strongroom.room import Strongroom

from .domains import DOMAINS
from .errors import CannotStart
from .installation import Installation
from .product import find_product


def registry_of(installation: Installation) -> Registry:
    """Return what every table holds about people, the product's tables included.

    Raises:
        SettingsInvalid: the profile's page states another period than the one kept.

    """
    product = find_product(installation.options)
    domains = (*DOMAINS, product.domain) if product else DOMAINS
    registry = registry_from(domains, installation.profile)
    return (
        replace(registry, files=tuple(product.personal_files)) if product else registry
    )


def registry_from(domains: tuple[Domain, ...], profile: Profile) -> Registry:
    """Return the registry of *domains* under the policy of *profile*.

    Raises:
        SettingsInvalid: the profile's page states another period than the one kept.

    """
    tables = [table for domain in domains for table in domain.personal_data]
    registry = Registry(tables, profile.policy)
    for stated in profile.retention:
        for table in (each for each in tables if each.title == stated.category):
            kept = table.kept
            if (
                isinstance(kept, Period)
                and kept.under(profile.policy).days != stated.days
            ):
                message = f"{stated.category}: the page states {stated.days} days"
                raise SettingsInvalid(message)
    return registry


def privacy_of(room: Strongroom, registry: Registry) -> Privacy:
    """Return the requests desk of *room*."""
    parts = Parts(
        accounts=room.accounts,
        audit=room.audit,
        organizations=room.organizations,
        passwords=room.passwords,
        one_time=room.one_time,
        outbox=room.outbox,
        vault=room.vault,
    )
    settings = room.settings
    means = Means(
        settings.folder, room.keys, settings.service_name, settings.public_url
    )
    rules = load_settings(PrivacySettings, "privacy", settings.policy)
    return Privacy(room.db, parts, means, registry, rules)


async def keep_erased(installation: Installation) -> None:
    """Erase again whoever a restored database brought back.

    Raises:
        CannotStart: the ledger of erasures was edited or cut.

    """
    settings = installation.room_settings()
    async with Strongroom(settings, installation.keys) as room:
        erasures = Work(privacy_of(room, registry_of(installation))).erasures
        try:
            async with room.db.system(reason="replay the ledger of erasures") as tx:
                await erasures.replay(tx)
        except LedgerBroken as broken:
            raise CannotStart(str(broken)) from None
