"""What a product's handlers may ask for, in any framework.

Each function takes the framework's own request, or the ASGI scope itself. None says
"nobody" for want of an answer: where the guard is missing or the database is away,
it raises.
"""

import secrets
from collections.abc import Mapping
from typing import Any, cast

from strongroom.audit import Actor, Entry, Target
from strongroom.kernel import Caller, Secret, Unauthenticated
from strongroom.room import Strongroom
from strongroom.vault import KeyOwner, Place
from strongroom.web import CALLER, NONCE, ORIGIN

from .errors import NotGuarded
from .product_pass import LEFT, ROOM


def room_of(request: Any) -> Strongroom:
    """Return the house that guards this request, with its doors and its verbs.

    Raises:
        NotGuarded: none does.

    """
    return cast("Strongroom", _scope_of(request)[ROOM])


def find_caller(request: Any) -> Caller | None:
    """Return who the request speaks for, or None.

    Raises:
        NotGuarded: nobody looked.
        Unavailable: the look-up could not be made, so nobody can tell.

    """
    found = _scope_of(request)[CALLER]
    if isinstance(found, Exception):
        raise found
    return cast("Caller | None", found)


def require_caller(request: Any) -> Caller:
    """Return who the request speaks for.

    Raises:
        NotGuarded: nobody looked.
        Unauthenticated: nobody is signed in.
        Unavailable: the look-up could not be made, so nobody can tell.

    """
    caller = find_caller(request)
    if caller is None:
        refusal = Unauthenticated()
        leave(request, refusal)
        raise refusal
    return caller


def leave(request: Any, raised: Exception) -> None:
    """Leave it to the guard to answer what a handler *raised*.

    For frameworks that turn every exception into a 500 of their own, such as Litestar
    and Django: the guard puts its answer in the place of that 500. FastAPI and
    Starlette let exceptions out and need no such call.

    Raises:
        NotGuarded: there is no guard to leave it to.

    """
    _scope_of(request)[LEFT] = raised


def entry_of(request: Any, action: str, target: Target) -> Entry:
    """Return the audit entry of what the caller did to *target*.

    Write it with the change, so that neither exists without the other: one statement
    through ``room_of(request).audit.recording(entry)``, or several in a transaction
    that ends with ``room_of(request).audit.record(tx, entry)``.

    Raises:
        NotGuarded: nobody looked.
        Unauthenticated: nobody is signed in.

    """
    caller = require_caller(request)
    origin = _scope_of(request)[ORIGIN]
    actor = Actor.of(caller)
    return Entry(action, actor, target, caller.organization_id, origin=origin)


async def seal_for(request: Any, place: Place, secret: Secret) -> str:
    """Return *secret*, sealed for *place* under the key of the caller's organization.

    Raises:
        Unauthenticated: nobody is signed in.
        PlaceUnknown: the product does not name the column among its sealed ones.

    """
    owner = KeyOwner.organization(require_caller(request).organization_id)
    return await room_of(request).vault.seal(owner, place, secret)


async def open_for(request: Any, place: Place, sealed: str) -> Secret:
    """Return what was sealed for *place*, if it is the caller's organization's.

    Raises:
        Unauthenticated: nobody is signed in.
        SealBroken: it was altered, moved, or sealed for somebody else.
        KeyDestroyed: its key is gone.

    """
    owner = KeyOwner.organization(require_caller(request).organization_id)
    return await room_of(request).vault.open(owner, place, sealed)


def nonce_of(request: Any) -> str:
    """Return the nonce that a page's scripts must carry to run at all.

    Raises:
        NotGuarded: no content policy would name it.

    """
    scope = _scope_of(request)
    if scope.get(NONCE) is None:
        scope[NONCE] = secrets.token_urlsafe(16)  # CSP3 §7.1 asks for 128 bits.
    return cast("str", scope[NONCE])


def _scope_of(request: Any) -> Any:
    # Starlette's request is a mapping too, but a read-only one.
    scope = getattr(request, "scope", request)
    if not isinstance(scope, Mapping) or ROOM not in scope:
        message = "this request has not passed Strongroom: guard the app first"
        raise NotGuarded(message)
    return scope
