"""Which proof is run for whom: a claim as one profile makes it, and its proof."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from strongroom.claims import Claim, Profile, bundled_profiles, load_profile
from strongroom.lab import Proof, Sabotage
from strongroom.server.labs import all_proofs


STRONGEST = "default"
"""The profile that makes every claim; the others are run where they differ."""

BUILT = frozenset(
    {
        "abuse.detection",
        "access.actions",
        "access.break-glass",
        "api.tokens",
        "audit.complete",
        "audit.retention",
        "audit.tamper-evident",
        "backups.encrypted",
        "backups.restore",
        "backups.rotation",
        "edge.coop",
        "edge.cors",
        "edge.csp",
        "edge.csrf",
        "edge.framing",
        "edge.hsts",
        "edge.permissions",
        "edge.rate-limits",
        "edge.referrer",
        "edge.segregation",
        "edge.service-auth",
        "edge.sniffing",
        "edge.tls",
        "logs.redaction",
        "passkeys.sign-in",
        "magic-links.sign-in",
        "oauth.sign-in",
        "passwords.hash",
        "passwords.policy",
        "passwords.rehash",
        "passwords.reset",
        "passwords.secrecy",
        "privacy.erasure",
        "privacy.export",
        "privacy.minimal",
        "sessions.cookie",
        "sessions.devices",
        "sessions.impersonation",
        "sessions.lifetimes",
        "sessions.notices",
        "sessions.lifetimes-admins",
        "tenancy.context",
        "tenancy.gateway",
        "tenancy.integrations",
        "tenancy.rows",
        "totp.second-factor",
        "trust.every-claim",
        "trust.faq",
        "trust.security-txt",
        "vault.ai-keys",
        "vault.at-rest",
        "vault.root-key",
        "vault.rotation",
        "vault.split-key",
        "vault.use-without-reveal",
    }
)
"""The claims that this release promises to prove, each with a sabotage it catches."""

OF_THE_PAGE = frozenset({"trust.every-claim", "trust.faq", "trust.security-txt"})
"""Their subject is the page itself, of which every profile has another."""


@dataclass(frozen=True, slots=True)
class Case:
    """One claim of one profile, with the proof that is bound to it."""

    profile: str
    claim: Claim
    proof: Proof

    def __str__(self) -> str:
        """Return its name in the test report."""
        return f"{self.profile}-{self.claim.id}"


def cases() -> list[Case]:
    """Return every claim of the strongest profile that has a proof, and what differs.

    Another profile's claim differs where it expects something else, as a hash of
    another kind, and where it is about the page that it stands on.
    """
    return [
        Case(profile.name, claim, all_proofs()[claim.id])
        for profile in map(load_profile, bundled_profiles())
        for claim in profile.claims.values()
        if claim.id in all_proofs() and claim.has_proof and _differs(profile, claim)
    ]


def broken_cases() -> Iterator[tuple[Case, Sabotage]]:
    """Yield every case with every sabotage; a page's, for the strongest profile."""
    for case in cases():
        if case.profile == STRONGEST or case.claim.id not in OF_THE_PAGE:
            for sabotage in case.proof.sabotages:
                yield case, sabotage


def claimed() -> dict[str, list[tuple[str, Any]]]:
    """Return who makes each claim, and what it then expects."""
    found: dict[str, list[tuple[str, Any]]] = {}
    for profile in map(load_profile, bundled_profiles()):
        for claim in profile.claims.values():
            found.setdefault(claim.id, []).append((profile.name, claim.expect))
    return found


def _differs(profile: Profile, claim: Claim) -> bool:
    if profile.name == STRONGEST or claim.id in OF_THE_PAGE:
        return True
    strongest = load_profile(STRONGEST).claims.get(claim.id)
    return strongest is None or strongest.expect != claim.expect
