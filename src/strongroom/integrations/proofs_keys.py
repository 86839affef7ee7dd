"""A provider's key is kept, works, and is shown to nobody but for four characters."""

from dataclasses import replace

import httpx

from strongroom.connectors import Kind, kind_of
from strongroom.lab import (
    Evidence,
    Lab,
    Twin,
    Vantage,
    proof,
    require,
    require_provable,
    sabotage,
    sweep,
)

from . import policy, service
from .proofs import ADDRESS, holds, kept, new_secret, plain_text


MOST_SHOWN = 4


@sabotage("an AI key can be read back", tells="read back")
async def readable(twin: Twin) -> None:
    """Let administrators read secrets of every kind."""

    def readable_kind(word: str) -> Kind:
        return replace(kind_of(word), write_only=False)

    twin.change(service, "kind_of", readable_kind)


@sabotage("the fingerprint is a piece of the key", tells="more of an AI key")
async def telling(twin: Twin) -> None:
    """Tell keys apart by how they begin."""
    twin.change(policy, "fingerprint", lambda *given: given[-1].reveal()[:16])


@proof(
    "vault.ai-keys",
    vantage=Vantage.INSIDE,
    sabotages=[readable, telling, plain_text],
)
async def ai_keys_cannot_be_read_back(lab: Lab) -> Evidence:
    """Keep a key of a provider, ask for it in every role, and see four characters."""
    secret = new_secret()
    key = {"kind": "openai", "fields": {}}
    said: dict[str, httpx.Response] = {}
    async with (
        lab.signed_in("a", "owner") as owner,
        kept(lab, owner, secret, **key) as one,
    ):
        shown = (await owner.get(f"{ADDRESS}/{one}")).json()
        require_provable(
            shown["last_four"] == secret[-4:], "four characters are not shown"
        )
        for role in ("owner", "admin", "member", "viewer"):
            said |= await asked_for_key(lab, role, one)
        places = await sweep(lab.inside, secret)
        require_provable(await sweep(lab.inside, one), "the sweep finds no row")
    for name, answer in said.items():
        require(not holds(answer, secret), f"an AI key is read back by {name}")
        most = longest_piece(answer, secret)
        require(
            most <= MOST_SHOWN, f"{name} shows more of an AI key: {most} characters"
        )
    require(not places, f"an AI key lies in {', '.join(places)}")
    return Evidence(
        population=len(said),
        positive="its last four characters are shown",
        observed={"answers searched": sorted(said)},
    )


async def asked_for_key(lab: Lab, role: str, one: str) -> dict[str, httpx.Response]:
    """Return what somebody in *role* is told of a key, asking in every way."""
    password = (await lab.canary("a")).people[role].password
    async with lab.signed_in("a", role) as client:
        return {
            f"{role}'s list": await client.get(ADDRESS),
            f"{role}'s view": await client.get(f"{ADDRESS}/{one}"),
            f"{role}'s page": await client.get(f"/console/integrations/{one}"),
            f"{role}'s request to reveal it": await client.post(
                f"{ADDRESS}/{one}/reveal", json={"password": password}
            ),
        }


def longest_piece(answer: httpx.Response, secret: str) -> int:
    """Return how many characters of *secret* stand together in *answer*."""
    length = 0
    for start in range(len(secret)):
        while start + length < len(secret):
            if secret[start : start + length + 1] not in answer.text:
                break
            length += 1
    return length
