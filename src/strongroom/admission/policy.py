"""What a sign-in policy may say; no I/O."""

import ipaddress
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from typing import Any

from .errors import PolicyInvalid
from .models import SignInPolicy


MOST_NETWORKS = 50
SHORTEST = timedelta(minutes=5)
"""A session that ends sooner lets nobody finish anything."""


def require_usable(
    wanted: SignInPolicy,
    address: str | None,
    longest: Mapping[str, timedelta],
    offered: Collection[str],
) -> SignInPolicy:
    """Return *wanted* with its networks in one form, and each way once.

    *longest* are the house's ``lifetime`` and ``idle``: shorter is allowed, longer is
    not. The *address* of whoever asks must be within, so that nobody locks all out,
    and each way is one that is *offered*.

    Raises:
        PolicyInvalid: a duration, a network or a way cannot be used.

    """
    ways = tuple(sorted(set(wanted.ways)))
    if not set(ways) <= set(offered):
        message = f"Choose among {', '.join(offered)}."
        raise PolicyInvalid(fields={"ways": message})
    for name, most in longest.items():
        _require_duration(name, getattr(wanted, name), most)
    if len(wanted.networks) > MOST_NETWORKS:
        raise PolicyInvalid(fields={"networks": f"At most {MOST_NETWORKS} networks."})
    networks = tuple(_network(each) for each in wanted.networks)
    if networks and not is_within(address, networks):
        message = f"Your own address, {address or 'unknown'}, is not within."
        raise PolicyInvalid(fields={"networks": message})
    return replace(wanted, networks=networks, ways=ways)


def is_within(address: str | None, networks: tuple[str, ...]) -> bool:
    """Say whether *address* is of one of *networks*; an unknown one is of none."""
    try:
        ip = ipaddress.ip_address(address or "")
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return any(ip in _parsed(each) for each in networks)


def to_json(policy: SignInPolicy) -> dict[str, Any]:
    """Return *policy* as it is kept for an undo; durations are seconds."""
    seconds = {
        name: each.total_seconds() if each else None
        for name, each in (("lifetime", policy.lifetime), ("idle", policy.idle))
    }
    lists = {"networks": list(policy.networks), "ways": list(policy.ways)}
    return {"second_factor": policy.second_factor} | lists | seconds


def from_json(kept: Mapping[str, Any]) -> SignInPolicy:
    """Return the policy that was kept."""
    lifetime, idle = (
        timedelta(seconds=kept[name]) if kept[name] else None
        for name in ("lifetime", "idle")
    )
    networks, ways = tuple(kept["networks"]), tuple(kept.get("ways", ()))
    return SignInPolicy(kept["second_factor"], lifetime, idle, networks, ways)


def told(policy: SignInPolicy) -> dict[str, str]:
    """Return *policy* for the record, in words."""
    return {
        "second_factor": "required" if policy.second_factor else "as one likes",
        "lifetime": str(policy.lifetime or "the house's"),
        "idle": str(policy.idle or "the house's"),
        "networks": ", ".join(policy.networks) or "any",
        "ways": ", ".join(policy.ways) or "any",
    }


def _require_duration(name: str, value: timedelta | None, most: timedelta) -> None:
    if value is not None and not SHORTEST <= value <= most:
        message = f"Between 5 minutes and {int(most.total_seconds() / 60)}."
        raise PolicyInvalid(fields={name: message})


@lru_cache(1_000)  # The same few are asked about at each request.
def _parsed(network: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    return ipaddress.ip_network(network)


def _network(text: str) -> str:
    # A zone is one machine's (RFC 4007 §11): no network of an organization has one.
    try:
        return str(ipaddress.ip_network("" if "%" in text else text.strip()))
    except ValueError:
        message = f"{text[:50]} is no network in CIDR form."
        raise PolicyInvalid(fields={"networks": message}) from None
