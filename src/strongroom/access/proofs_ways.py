"""The gate asks how a session began, where its organization limits the ways in.

One canary, signed in twice: by the password, and by a passkey, which alone is allowed.
"""

from collections.abc import Sequence

import httpx

from strongroom.lab import (
    Guest,
    Lab,
    Operation,
    Twin,
    guest,
    make_passkey,
    require,
    require_provable,
    sabotage,
    sign_in_by_passkey,
)

from . import service
from .policy import GRANTS, REACHED
from .proofs_asking import ask_all, require_told


POLICY = "/api/v1/sign-in-policy"
PASSKEYS_ONLY = {
    "second_factor": False,
    "lifetime": None,
    "idle": None,
    "networks": [],
    "ways": ["passkey"],
}
UNMET, OWN_WAY_OTHER = "/problems/way-not-allowed", "/problems/own-way-other"


@sabotage("the way is not looked at", tells="came by its password may")
async def an_unasked_way(twin: Twin) -> None:
    """Leave everything open to whoever came by a way that is not allowed."""
    twin.change(service, "REACHED", {**REACHED, "way": frozenset(GRANTS)})


async def require_ways(lab: Lab, operations: Sequence[Operation]) -> int:
    """Ask the same as two sessions of one owner; return how often one was refused."""
    asked = [each for each in operations if is_asked(each)]
    require_provable(asked, "nothing can be read")
    async with guest(lab) as owner, lab.stranger() as allowed:
        device, _ = await make_passkey(owner.http, owner.password)
        came = await sign_in_by_passkey(allowed, device)
        require_provable(came.is_success, f"the passkey answers {came.status_code}")
        await limit_ways(owner, allowed)
        by_password = await ask_all(owner.http, asked)
        by_passkey = await ask_all(allowed, asked)
        for operation, refused, (status, told) in zip(
            asked, by_password, by_passkey, strict=True
        ):
            require_told("who came by a passkey", operation, status)
            words = f"whoever came by its password may {operation.name}"
            require(refused[1] == UNMET, words)
            words = f"whoever came by the passkey may not {operation.name}"
            require(told != UNMET, words)
        way_out = await owner.http.get("/api/v1/organizations")
        require(way_out.is_success, "whoever came by its password is caught")
    return len(asked)


async def limit_ways(owner: Guest, allowed: httpx.AsyncClient) -> None:
    """Allow passkeys alone: not as whoever came otherwise, but as whoever came so."""
    wanted = PASSKEYS_ONLY | {"password": owner.password}
    refused = await owner.http.put(POLICY, json=wanted)
    told = refused.json().get("type", "")
    require(told == OWN_WAY_OTHER, "whoever came otherwise locks themselves out")
    done = await allowed.put(POLICY, json=wanted)
    require_provable(done.is_success, f"the policy answers {done.status_code}")


def is_asked(operation: Operation) -> bool:
    """Say whether it reads what is behind the gate and not the way out."""
    barred = operation.action not in REACHED["way"]
    return barred and not (operation.writes or operation.takes_identifier)
