"""The page of claims: every sentence of every profile, and the proof bound to it."""

from collections.abc import Iterator

from strongroom.claims import Claim, Profile, bundled_profiles, load_profile
from strongroom.lab import Proof
from strongroom.server.labs import all_proofs

from .markdown import code, page, table


INTRO = """\
A status is not written here: it is computed from evidence, on the server that it is
about, at the moment of asking.
A claim without a proof reads *unproven* on the page.
A profile's own words are in `src/strongroom/profiles`."""


def render() -> str:
    """Return the page."""
    proofs = all_proofs()
    return page(
        "Claims and proofs",
        INTRO,
        "## Proofs",
        table(
            ("claim", "proof", "looks from", "sabotages that it must catch"),
            _proofs(proofs),
        ),
        *(_profile(load_profile(name), proofs) for name in bundled_profiles()),
    )


def _proofs(proofs: dict[str, Proof]) -> Iterator[tuple[str, str, str, str]]:
    for claim, proof in sorted(proofs.items()):
        broken = "; ".join(each.what for each in proof.sabotages)
        yield code(claim), code(proof.name), proof.vantage.value, broken


def _profile(profile: Profile, proofs: dict[str, Proof]) -> str:
    bound = [each for each in profile.claims.values() if _is_bound(each, proofs)]
    head = f"{len(profile.claims)} claims, {len(bound)} of them with a proof."
    rows = (_row(claim, proofs) for claim in profile.claims.values())
    heads = ("claim", "kind", "proof", "statement")
    return f"## Profile `{profile.name}`\n\n{head}\n\n{table(heads, rows)}"


def _row(claim: Claim, proofs: dict[str, Proof]) -> tuple[str, str, str, str]:
    bound = "bound" if _is_bound(claim, proofs) else ""
    return code(claim.id), claim.kind.value, bound, claim.statement


def _is_bound(claim: Claim, proofs: dict[str, Proof]) -> bool:
    return claim.has_proof and claim.id in proofs
