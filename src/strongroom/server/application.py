"""The public application: edge, health and assets, caller, hot routes, faces.

In this order, so that what needs no caller costs no look-up, and no answer leaves
without passing the edge.
"""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, cast

from strongroom.audit import ORGANIZATIONS_KEY
from strongroom.claims import Profile
from strongroom.integrations import MIRROR_PATH
from strongroom.kernel import load_settings
from strongroom.magic_links import MagicLinkSettings
from strongroom.middleware import (
    App,
    Bearers,
    Edge,
    ServicePass,
    SessionPass,
    ViolationReports,
)
from strongroom.oauth import OAuthSettings, titles_of
from strongroom.outbox import OutboxSettings
from strongroom.privacy import SIGNING_KEY, public_table
from strongroom.room import Strongroom
from strongroom.trust import Subject, Trust
from strongroom.web import Renderer

from .access_log import AccessLog
from .app import build_faces
from .assets import asset_answers
from .domains import DOMAINS
from .exact import Exact
from .faults import Faults
from .forward_auth import FORWARD_AUTH, ForwardAuth
from .health import health_answers
from .hot import hot_answers
from .installation import Installation
from .labs import all_proofs
from .lifespan import Lifespan, all_is_well
from .logs import SharedFile
from .manners import Manners
from .metrics import Meter
from .options import LOCAL_NAMES
from .personal import privacy_of, registry_of
from .product import find_product
from .product_life import ProductLife
from .product_pass import ProductPass
from .refused_writes import RefusedWrites
from .reserved import Divided
from .tracing import traced


def application(installation: Installation) -> App:
    """Return the whole public application, which opens and closes its own house."""
    room = Strongroom(installation.room_settings(), installation.keys)
    living_house = living(installation, guarded(installation, room), room)
    return watched(installation, Manners(living_house), room)


def watched(installation: Installation, app: App, room: Strongroom) -> App:
    """Return *app* with everything that tells of its answers: log, numbers, traces."""
    logged = AccessLog(app, *sinks(installation, room))
    return traced(logged, installation.telemetry, installation.service_name)


def sinks(installation: Installation, room: Strongroom) -> tuple[SharedFile, Meter]:
    """Return where a process writes its requests, and by what it counts them."""
    log = installation.folder.log
    return SharedFile(log), Meter(log.parent, room.db, room.alarms.raised)


def living(
    installation: Installation, app: App, opened: AbstractAsyncContextManager[Any]
) -> Lifespan:
    """Return *app* with a start and a stop: those of *opened* around the product's."""
    product = find_product(installation.options)
    return Lifespan(app, opened, ProductLife(product.app) if product else all_is_well)


def guarded(installation: Installation, room: Strongroom) -> Edge:
    """Return the house's faces, and the product's, behind everything that guards."""
    inner = shared(installation, room)
    record = RefusedWrites(room.audit)
    forward = ForwardAuth(installation.edge.trusted_proxies)
    hot = Exact(inner, {**hot_answers(), ("GET", FORWARD_AUTH): forward})
    callerless = frozenset({MIRROR_PATH})
    bearers = Bearers(room.api_keys, room.token_pairs)
    signed = SessionPass(hot, room.sessions, bearers, record, callerless)
    url = installation.options.public_url
    calls = ServicePass(signed, hot, room.services, url)
    plain = {**health_answers(room.db), **asset_answers()}
    return Edge(
        Faults(Exact(calls, plain)),
        installation.edge,
        installation.public_hosts(),
        record,
    )


def shared(installation: Installation, room: Strongroom) -> App:
    """Return what answers by path: our faces, and around them the product if any."""
    product, renderer = find_product(installation.options), renderer_of(installation)
    domains = (*DOMAINS, product.domain) if product else DOMAINS
    faces: Any = build_faces(room, renderer, domains, services_of(installation, room))
    if product is None:
        return cast("App", faces)
    return Divided(faces, ProductPass(product.app, room, renderer))


def renderer_of(installation: Installation) -> Renderer:
    """Return the renderer of the public pages."""
    policy = installation.profile.policy
    mail = load_settings(OutboxSettings, "outbox", policy)
    links = load_settings(MagicLinkSettings, "magic_links", policy)
    # Only somebody at this very machine can follow a link to the outbox.
    here = mail.smtp_host is None and installation.options.host in LOCAL_NAMES
    url = f"{installation.options.admin_url}/outbox" if here else None
    ways = load_settings(OAuthSettings, "oauth", installation.profile.policy)
    return Renderer(
        installation.service_name,
        outbox_url=url,
        mails_links=links.enabled,
        providers=titles_of(ways),
    )


def services_of(installation: Installation, room: Strongroom) -> Mapping[str, Any]:
    """Return the verbs by the names under which handlers ask for them."""
    return {
        "access": room.access,
        "accounts": room.accounts,
        "addresses": room.addresses,
        "admission": room.admission,
        "alarms": room.alarms,
        "api_keys": room.api_keys,
        "audit": room.audit,
        "backups": room.backups,
        "tree": room.audit_tree,
        "checks": room.checks,
        "entrance": room.entrance,
        "impersonations": room.impersonations,
        "integrations": room.integrations,
        "invitations": room.invitations,
        "links": room.magic_links,
        "oauth": room.oauth,
        "organizations": room.organizations,
        "outbox": room.outbox,
        "ownership": room.ownership,
        "passkeys": room.passkeys,
        "passwords": room.passwords,
        "privacy": privacy_of(room, registry_of(installation)),
        "recovery": room.recovery,
        "reports": ViolationReports(room.db),
        "role_names": room.role_names,
        "roles": room.roles,
        "rotation": room.rotation,
        "services": room.services,
        "sessions": room.sessions,
        "signin": room.signin,
        "streams": room.streams,
        "token_pairs": room.token_pairs,
        "totp": room.totp,
        "trust": trust_of(installation, room),
        "views": room.audit_views,
    }


def trust_of(
    installation: Installation, room: Strongroom, profile: Profile | None = None
) -> Trust:
    """Return what a page, its own unless *profile* is given, says about it."""
    page, target = profile or installation.profile, installation.options.public_url
    registry = registry_of(installation)
    purposes = (SIGNING_KEY, ORGANIZATIONS_KEY)
    signing = [installation.keys.signing_key(purpose) for purpose in purposes]
    keys = tuple(each.public_key() for each in signing)
    kept = public_table(registry)
    own = installation.certificate_authority is not None
    subject = Subject(page, all_proofs(), target, kept, keys, own)
    return Trust(room.db, installation.keys, subject)
