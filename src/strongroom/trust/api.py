"""The security page for programs: keys, claims and evidence, without signing in."""

from datetime import datetime
from typing import Any

from litestar import MediaType, Response
from litestar.params import FromPath

from strongroom.web import Answered, Given, read

from .models import Standing
from .policy import security_txt
from .service import Trust


PUBLIC = {"cache-control": "public, max-age=10"}
"""Evidence is for strangers: any page may read it, and nothing here is private."""


class ClaimAnswered(Answered, frozen=True):
    """One claim as it stands."""

    id: str
    statement: str
    status: str
    kind: str
    proof: str | None
    vantage: str | None
    population: int
    sabotage: list[dict[str, Any]]
    fresh_until: datetime | None
    reason: str | None


class ClaimsAnswered(Answered, frozen=True):
    """Every claim of the page, and how many have which status."""

    claims: list[ClaimAnswered]
    counts: dict[str, int]


def answer_claims(standings: list[Standing]) -> ClaimsAnswered:
    """Return what a program is told of *standings*."""
    counts: dict[str, int] = {}
    for each in standings:
        counts[each.status.value] = counts.get(each.status.value, 0) + 1
    return ClaimsAnswered([answer_claim(each) for each in standings], counts)


def answer_claim(standing: Standing) -> ClaimAnswered:
    """Return what a program is told of one claim."""
    latest = standing.latest
    record = latest.sabotage if latest else None
    return ClaimAnswered(
        id=standing.claim.id,
        statement=standing.claim.statement,
        status=standing.status.value,
        kind=standing.claim.kind.value,
        proof=standing.proof,
        vantage=standing.vantage,
        population=latest.population if latest else 0,
        sabotage=[dict(bite) for bite in record.bites] if record else [],
        fresh_until=latest.fresh_until if latest else None,
        reason=standing.reason,
    )


@read("/.well-known/strongroom/jwks.json", action="evidence.read")
async def key_set(trust: Given[Trust]) -> Response[dict[str, Any]]:
    """Publish the keys under which evidence verifies."""
    return Response(trust.key_set(), headers=PUBLIC)


@read("/.well-known/strongroom/claims.json", action="evidence.read")
async def claims(trust: Given[Trust]) -> Response[ClaimsAnswered]:
    """List every claim with its status."""
    return Response(answer_claims(await trust.standings()), headers=PUBLIC)


@read("/.well-known/strongroom/evidence/{claim_id:str}", action="evidence.read")
async def evidence(
    claim_id: FromPath[str], trust: Given[Trust]
) -> Response[dict[str, Any]]:
    """Show a claim's newest signed evidence: a DSSE envelope per run."""
    standing = await trust.standing(claim_id.removesuffix(".json"))
    runs = await trust.runs(standing.claim.id)
    envelopes = [run.envelope for run in runs]
    if standing.attestation is not None:
        envelopes.append(standing.attestation.envelope)
    body = {"claim": standing.claim.id, "envelopes": envelopes}
    return Response(body, headers=PUBLIC)


@read("/.well-known/security.txt", action="page.read")
async def security_text(trust: Given[Trust]) -> Response[str]:
    """Say how to report a vulnerability (RFC 9116)."""
    text = security_txt(trust.profile, trust.public_url, trust.now())
    return Response(text, media_type=MediaType.TEXT, headers=PUBLIC)
