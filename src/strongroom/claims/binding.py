"""Bind a page to its registry: every sentence a claim, every claim a sentence.

Guards against drift in both directions: a sentence reworded on the page, and a
claim quietly taken off it. An answer to a question never counts as the sentence.
"""

from collections.abc import Iterator, Mapping

from .claim import Claim
from .errors import ProfileInvalid
from .page import FAQ, ClaimRef, Lanes, Page, Posture, Report, Subprocessors
from .registry import Registry


POSTURE = "posture."
DISCLOSURE = "trust.disclosure"


def bind(page: Page, registry: Registry) -> dict[str, Claim]:
    """Return the claims by id, in the order in which *page* states them.

    Raises:
        ProfileInvalid: page and registry differ; the file and the claim are named.

    """
    _require_tables(page, registry)
    _require_answers(page, registry.claims)
    bound: dict[str, Claim] = {}
    for claim in _stated(page, registry.claims):
        if claim.id in bound:
            message = f"security.md: {claim.id}: the page states this claim twice"
            raise ProfileInvalid(message)
        bound[claim.id] = claim
    if absent := [claim_id for claim_id in registry.claims if claim_id not in bound]:
        message = f"claims.toml: {absent[0]}: this claim is not on the page"
        raise ProfileInvalid(message)
    return bound


def _stated(page: Page, claims: Mapping[str, Claim]) -> Iterator[Claim]:
    spans = {block.id for block in page.blocks() if isinstance(block, ClaimRef)}
    for block in page.blocks():
        if isinstance(block, ClaimRef):
            yield _require_same_words(block, claims)
        elif isinstance(block, Posture):
            yield from _posture(claims, spans)
        elif isinstance(block, Report):
            yield _require_known(DISCLOSURE, claims, "security.md: {report}")


def _posture(claims: Mapping[str, Claim], spans: set[str]) -> Iterator[Claim]:
    """Yield the rows of the table: the entries that no sentence states already."""
    rows = [claim for claim_id, claim in claims.items() if claim_id.startswith(POSTURE)]
    if not rows:
        message = f"security.md: {{posture}}: claims.toml has no {POSTURE}* claim"
        raise ProfileInvalid(message)
    yield from (claim for claim in rows if claim.id not in spans)


def _require_same_words(ref: ClaimRef, claims: Mapping[str, Claim]) -> Claim:
    claim = _require_known(ref.id, claims, f"security.md:{ref.line}")
    if claim.statement != ref.sentence:
        message = (
            f"security.md:{ref.line}: {ref.id}: the sentence differs from its "
            f"statement in claims.toml: {ref.sentence!r}"
        )
        raise ProfileInvalid(message)
    return claim


def _require_known(claim_id: str, claims: Mapping[str, Claim], place: str) -> Claim:
    if claim_id not in claims:
        message = f"{place}: {claim_id}: claims.toml has no claim of this id"
        raise ProfileInvalid(message)
    return claims[claim_id]


def _require_answers(page: Page, claims: Mapping[str, Claim]) -> None:
    for block in page.blocks():
        if isinstance(block, FAQ):
            for claim_id in block.claim_ids:
                _require_known(claim_id, claims, f"security.md:{block.line}: {{faq}}")


def _require_tables(page: Page, registry: Registry) -> None:
    """Refuse rows that no reader would see, and an empty drawing."""
    if registry.subprocessors and not page.has(Subprocessors):
        message = "claims.toml: subprocessor: the page has no {subprocessors}"
        raise ProfileInvalid(message)
    if bool(registry.lanes) != page.has(Lanes):
        message = "claims.toml: lane: {lanes} on the page needs lanes, and they need it"
        raise ProfileInvalid(message)
