"""A provider's key is kept, works, and is shown to nobody but for four characters."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
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


PROVIDERS = ("openai", "anthropic", "google-ai")
ROLES = ("owner", "admin", "member", "viewer")
MOST_SHOWN = 4


@sabotage("one provider's key can be read back", tells="is read back by")
async def readable(twin: Twin) -> None:
    """Let administrators read the secrets of the last provider."""

    def readable_kind(word: str) -> Kind:
        found = kind_of(word)
        return replace(found, write_only=False) if word == PROVIDERS[-1] else found

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
    """Keep each provider's key, ask for it in every role, and see four characters."""
    secrets = {provider: new_secret() for provider in PROVIDERS}
    searched: list[str] = []
    async with lab.signed_in("a", "owner") as owner, AsyncExitStack() as opened:
        keys = {
            provider: await opened.enter_async_context(
                kept(lab, owner, secret, kind=provider, fields={})
            )
            for provider, secret in secrets.items()
        }
        for provider, one in keys.items():
            shown = (await owner.get(f"{ADDRESS}/{one}")).json()["last_four"]
            told = f"four characters of {provider}'s key are not shown"
            require(shown == secrets[provider][-4:], told)
        for role in ROLES:
            for name, answer in (await asked_for_keys(lab, role, keys)).items():
                for secret in secrets.values():
                    require_kept_back(name, answer, secret)
                searched.append(name)
        for provider, secret in secrets.items():
            await require_nowhere(lab, keys[provider], secret)
    return Evidence(
        population=len(searched),
        positive="the last four characters of each are shown",
        observed={"answers searched": searched},
    )


def require_kept_back(name: str, answer: httpx.Response, secret: str) -> None:
    """Find no more of a key in an answer than may be shown."""
    require(not holds(answer, secret), f"an AI key is read back by {name}")
    most = longest_piece(answer, secret)
    told = f"{name} shows more of an AI key: {most} characters"
    require(most <= MOST_SHOWN, told)


async def require_nowhere(lab: Lab, one: str, secret: str) -> None:
    """Find a key's row where it stands, and the key nowhere."""
    require_provable(await sweep(lab.inside, one), "the sweep finds no row")
    places = await sweep(lab.inside, secret)
    require(not places, f"an AI key lies in {', '.join(places)}")


async def asked_for_keys(
    lab: Lab, role: str, keys: Mapping[str, str]
) -> dict[str, httpx.Response]:
    """Return what somebody in *role* is told of each key, asking in every way."""
    password = {"password": (await lab.canary("a")).people[role].password}
    said: dict[str, httpx.Response] = {}
    async with lab.signed_in("a", role) as client:
        said[f"{role}'s list"] = await client.get(ADDRESS)
        for provider, one in keys.items():
            own, page = f"{ADDRESS}/{one}", f"/console/integrations/{one}"
            asked = await client.post(f"{own}/reveal", json=password)
            said |= {
                f"{role}'s view of {provider}": await client.get(own),
                f"{role}'s page of {provider}": await client.get(page),
                f"{role}'s request to reveal {provider}'s": asked,
            }
    return said


def longest_piece(answer: httpx.Response, secret: str) -> int:
    """Return how many characters of *secret* stand together in *answer*."""
    length = 0
    for start in range(len(secret)):
        while start + length < len(secret):
            if secret[start : start + length + 1] not in answer.text:
                break
            length += 1
    return length
