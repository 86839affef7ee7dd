"""The page's own claims, checked as a stranger would: over the network only."""

from datetime import UTC, datetime, timedelta
from typing import Any

from strongroom.crypto import SignatureInvalid, open_envelope, public_keys
from strongroom.lab import (
    Contradicted,
    Evidence,
    Lab,
    Sentence,
    Twin,
    Vantage,
    proof,
    read_sentences,
    require,
    require_provable,
    sabotage,
)

from . import pages, policy
from .models import Status


@sabotage("security.txt has expired", tells="Expires")
async def an_expired_file(twin: Twin) -> None:
    """Write an expiry that lies in the past."""
    twin.change(policy, "SECURITY_TXT_DAYS", -1)


@sabotage("security.txt names nobody to write to", tells="Contact")
async def a_file_without_contact(twin: Twin) -> None:
    """Leave the contact empty."""
    twin.change(policy, "contact_uri", lambda *_: "")


@proof(
    "trust.security-txt",
    vantage=Vantage.OUTSIDE,
    sabotages=[an_expired_file, a_file_without_contact],
)
async def security_txt_is_in_date(lab: Lab) -> Evidence:
    """The file of RFC 9116 is there, complete, canonical and in date."""
    path = "/.well-known/security.txt"
    answer = await lab.http.get(path)
    require(answer.status_code == 200, f"{path} answers {answer.status_code}")
    kind = answer.headers.get("content-type", "")
    require(kind.startswith("text/plain"), f"{path} is served as {kind}")
    fields = parse_security_txt(answer.text)
    contacts = [value for value in fields.get("contact", []) if ":" in value]
    require(contacts, "Contact names no address")
    expires = expiry_of(fields)
    left = expires - datetime.now(UTC)
    require(left > timedelta(0), f"Expires lies in the past: {expires:%Y-%m-%d}")
    require(left < timedelta(days=366), f"Expires is too far ahead: {expires:%Y-%m-%d}")
    canonical = fields.get("canonical", [])
    require(f"{lab.url}{path}" in canonical, f"Canonical names {canonical}")
    return Evidence(
        population=len(fields),
        positive=f"{path} answers 200 as text/plain",
        observed={"contact": contacts, "expires": expires.isoformat()},
    )


@sabotage("an answer says more than its claim", tells="in other words")
async def an_answer_in_other_words(twin: Twin) -> None:
    """Let the first answer promise something that no proof stands behind."""
    arrange = pages.arrange

    def arrange_and_embellish(*given: Any) -> dict[str, Any]:
        arranged = arrange(*given)
        first = arranged["questions"][0]["claims"]
        first[0] = {**first[0], "statement": "Nothing can ever go wrong."}
        return arranged

    twin.change(pages, "arrange", arrange_and_embellish)


@proof("trust.faq", vantage=Vantage.OUTSIDE, sabotages=[an_answer_in_other_words])
async def answers_repeat_claims(lab: Lab) -> Evidence:
    """Every answer on the page is a claim of the page, word for word."""
    published = await published_claims(lab)
    answers = [each for each in await page_sentences(lab) if each.place == "answer"]
    require_provable(answers, "the page answers no question")
    for answer in answers:
        claim = published.get(answer.claim)
        require(claim, f"an answer rests on {answer.claim}, which is no claim")
        require(
            claim and answer.words == claim["statement"],
            f"an answer says {answer.claim} in other words: {answer.words!r}",
        )
    return Evidence(
        population=len(answers),
        positive=f"the page shows {len(published)} claims",
        observed={"answers": len(answers)},
    )


@sabotage("a claim is painted green without evidence", tells="no evidence")
async def painted_green(twin: Twin) -> None:
    """Call everything proved, whatever the evidence."""
    twin.change(policy, "status_of", lambda *_, **__: (Status.PROVED, None))


@sabotage("a sentence was edited after it was proved", tells="sentence")
async def an_edited_sentence(twin: Twin) -> None:
    """Show other words than the ones that the registry holds."""
    show = pages.show

    def show_edited(*given: Any) -> dict[str, Any]:
        shown = show(*given)
        return {**shown, "statement": shown["statement"].replace(" ", " never ", 1)}

    twin.change(pages, "show", show_edited)


@sabotage("a claim was quietly taken off the page", tells="not on the page")
async def a_missing_sentence(twin: Twin) -> None:
    """Drop the first claim of the first section."""
    arrange = pages.arrange

    def arrange_without_first(*given: Any) -> dict[str, Any]:
        arranged = arrange(*given)
        arranged["sections"][0]["claims"].pop(0)
        return arranged

    twin.change(pages, "arrange", arrange_without_first)


@proof(
    "trust.every-claim",
    vantage=Vantage.OUTSIDE,
    sabotages=[painted_green, an_edited_sentence, a_missing_sentence],
)
async def every_sentence_is_backed(lab: Lab) -> Evidence:
    """Each sentence is a registered claim, and each green one has signed evidence."""
    published = await published_claims(lab)
    stated = [each for each in await page_sentences(lab) if each.place == "statement"]
    missing = sorted(set(published) - {each.claim for each in stated})
    require(not missing, f"not on the page: {', '.join(missing)}")
    counts: dict[str, int] = {}
    for sentence in stated:
        require_bound(sentence, published)
        if sentence.status == "proved":
            await require_signed(lab, sentence)
        counts[sentence.status] = counts.get(sentence.status, 0) + 1
    return Evidence(
        population=len(stated),
        positive=f"the page shows {len(stated)} sentences",
        observed=counts,
    )


def require_bound(sentence: Sentence, published: dict[str, Any]) -> None:
    """Accept a sentence that is its claim's own, with its claim's own status."""
    claim = published.get(sentence.claim)
    require(claim, f"{sentence.claim} is on the page and in no registry")
    require(
        claim and sentence.words == claim["statement"],
        f"the sentence of {sentence.claim} differs from its registry",
    )


async def require_signed(lab: Lab, sentence: Sentence) -> None:
    """Accept a green sentence whose newest evidence is signed, fresh and its own."""
    keys = public_keys((await lab.http.get("/.well-known/strongroom/jwks.json")).json())
    address = f"/.well-known/strongroom/evidence/{sentence.claim}"
    envelopes = (await lab.http.get(address)).json()["envelopes"]
    require(envelopes, f"{sentence.claim} is green and has no evidence")
    try:
        signed = open_envelope(envelopes[0], keys)["predicate"]
    except SignatureInvalid as broken:
        message = f"{sentence.claim}: {broken}"
        raise Contradicted(message) from None
    require(signed["result"] == "passed", f"{sentence.claim} is green and did not pass")
    require(signed["statement"] == sentence.words, "another sentence was proved")
    fresh = datetime.fromisoformat(signed["freshUntil"])
    require(fresh > datetime.now(UTC), f"{sentence.claim} is green on stale evidence")


async def published_claims(lab: Lab) -> dict[str, Any]:
    """Return the registry that the target publishes, by claim."""
    answer = await lab.http.get("/.well-known/strongroom/claims.json")
    require_provable(answer.is_success, "the target publishes no claims")
    return {claim["id"]: claim for claim in answer.json()["claims"]}


async def page_sentences(lab: Lab) -> list[Sentence]:
    """Return the sentences of the target's security page."""
    answer = await lab.http.get("/security")
    require_provable(answer.is_success, "the target has no security page")
    sentences = read_sentences(answer.text)
    require_provable(sentences, "the security page binds no sentence")
    return sentences


def parse_security_txt(text: str) -> dict[str, list[str]]:
    """Return the fields of a security.txt by their lower-case names."""
    fields: dict[str, list[str]] = {}
    for line in text.splitlines():
        name, colon, value = line.partition(":")
        if colon and not line.startswith("#"):
            fields.setdefault(name.strip().lower(), []).append(value.strip())
    return fields


def expiry_of(fields: dict[str, list[str]]) -> datetime:
    """Return the one moment at which the file ends."""
    named = fields.get("expires", [])
    require(len(named) == 1, f"Expires stands there {len(named)} times")
    try:
        return datetime.fromisoformat(named[0])
    except ValueError:
        message = f"Expires is no date: {named[0]!r}"
        raise Contradicted(message) from None
