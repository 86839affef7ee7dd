"""The security page for people: what is claimed, how it stands, and why."""

import json
from base64 import b64decode
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from litestar import Request, Response
from litestar.params import FromPath
from markupsafe import Markup

from strongroom.claims import (
    FAQ,
    ClaimRef,
    Lanes,
    Limits,
    Posture,
    Prose,
    Report,
    Section,
    Subprocessors,
    SystemUses,
)
from strongroom.web import Given, Renderer, read

from .models import Day, Run, Standing, Status
from .service import Trust


AnyRequest = Request[Any, Any, Any]

RECORDS = (
    {"title": "Claims as JSON", "url": "/.well-known/strongroom/claims.json"},
    {"title": "Keys", "url": "/.well-known/strongroom/jwks.json"},
)

_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"))


@read("/security", action="page.read", include_in_schema=False)
async def security(
    request: AnyRequest, trust: Given[Trust], renderer: Given[Renderer]
) -> Response[str]:
    """Show the page: every sentence, its status, and what stands behind it."""
    standings = {each.claim.id: each for each in await trust.standings()}
    history = await trust.history()
    now = trust.now()
    shown = {
        name: show(standing, history[name], now, prove_command(trust, standing))
        for name, standing in standings.items()
    }
    fresh = [
        each.latest.fresh_until
        for each in standings.values()
        if each.status is Status.PROVED and each.latest
    ]
    return renderer.page(
        request,
        "security.html",
        title=trust.profile.page.title,
        lead=trust.profile.page.lead,
        counts=count(list(standings.values())),
        computed_at=now,
        fresh_until=min(fresh, default=None),
        records=RECORDS,
        system_uses=await trust.system_uses(),
        **arrange(trust, shown),
    )


@read("/security/{claim_id:str}", action="page.read", include_in_schema=False)
async def claim(
    claim_id: FromPath[str],
    request: AnyRequest,
    trust: Given[Trust],
    renderer: Given[Renderer],
) -> Response[str]:
    """Show one claim with all that speaks for it."""
    standing = await trust.standing(claim_id)
    runs = await trust.runs(claim_id)
    history = await trust.history()
    latest = standing.latest
    return renderer.page(
        request,
        "claim.html",
        page_url=f"/security#{claim_id}",
        claim=show(
            standing, history[claim_id], trust.now(), prove_command(trust, standing)
        ),
        runs=[show_run(run) for run in runs],
        sabotages=show_sabotages(latest),
        evidence=statement_text(latest),
        evidence_url=f"/.well-known/strongroom/evidence/{claim_id}" if latest else None,
        verify=show_steps(trust, standing),
        frameworks=[
            {"name": name, "ids": ids} for name, ids in standing.claim.maps.items()
        ],
    )


def count(standings: list[Standing]) -> list[tuple[str, int]]:
    """Return how many claims have which status; the four that matter always show."""
    numbers = dict.fromkeys(Status, 0)
    for standing in standings:
        numbers[standing.status] += 1
    always = {Status.PROVED, Status.FAILING, Status.UNPROVEN}
    return [
        (status.value, number)
        for status, number in numbers.items()
        if number or status in always
    ]


def show(
    standing: Standing, days: list[Day], now: datetime, command: str
) -> dict[str, Any]:
    """Return one claim as the templates want it."""
    claim, latest = standing.claim, standing.latest
    return {
        "id": claim.id,
        "statement": claim.statement,
        "status": standing.status.value,
        "kind": claim.kind.value,
        "subject": claim.subject,
        "url": f"/security/{claim.id}",
        "reason": standing.reason,
        "note": claim.note,
        "measure": None,
        "proved_at": standing.proved_at,
        "proved_ago": ago(now - standing.proved_at) if standing.proved_at else None,
        "vantage": standing.vantage,
        "days": days if standing.proof else [],
        "command": command if standing.proof else None,
        "proof": standing.proof,
        "severity": claim.severity.value,
        "cadence": f"every {span(claim.cadence)}" if claim.cadence else None,
        "fresh_until": latest.fresh_until if latest else None,
    }


PARTS: dict[type[Any], str] = {
    Posture: "posture",
    Subprocessors: "subprocessors",
    Lanes: "lanes",
    SystemUses: "system_uses",
    FAQ: "questions",
    Report: "report",
    Limits: "limits",
}
"""The blocks that have a template of their own, by the name of that template."""


def arrange(trust: Trust, shown: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the page's sections and parts as the template wants them."""
    profile = trust.profile
    blocks = list(profile.page.blocks())
    limits = "".join(block.html for block in blocks if isinstance(block, Limits))
    return {
        "sections": [_section(section, shown) for section in profile.page.sections],
        "posture": [
            _posture(each)
            for each in shown.values()
            if each["id"].startswith("posture.")
        ],
        "subprocessors": {
            "lead": None,
            "rows": [_party(row) for row in profile.subprocessors],
        },
        "retention": trust.retention,
        "lanes": [_lane(lane, shown) for lane in profile.lanes],
        "questions": [_question(b, shown) for b in blocks if isinstance(b, FAQ)],
        "report": {
            "lead": None,
            "claim": shown.get("trust.disclosure"),
            "email": profile.contact.security,
            "security_txt": "/.well-known/security.txt",
        },
        # The profile's Markdown was rendered without raw HTML, by the operator's hand.
        "limits": Markup(limits),  # noqa: S704
    }


def show_run(run: Run) -> dict[str, Any]:
    """Return one run as the template wants it."""
    took = (run.finished_at - run.started_at).total_seconds()
    return {
        "finished_at": run.finished_at,
        "result": run.result,
        "population": run.population,
        "took": f"{took:.2f} s",
        "reason": run.reason,
    }


def show_sabotages(latest: Run | None) -> list[dict[str, Any]]:
    """Return what the newest run's proof was tried against."""
    record = latest.sabotage if latest else None
    if record is None:
        return []
    return [{**bite, "name": bite["said"], "at": record.at} for bite in record.bites]


def statement_text(latest: Run | None) -> str | None:
    """Return the newest signed statement, indented for reading."""
    if latest is None:
        return None
    payload = json.loads(b64decode(latest.envelope["payload"]))
    return json.dumps(payload, indent=2, ensure_ascii=False)


def prove_command(trust: Trust, standing: Standing) -> str:
    """Return the command that proves a claim again."""
    name = standing.claim.id
    if standing.vantage != "outside":
        return f"strongroom prove -k {name} --data DIR"
    trusting = "--ca FILE " if trust.own_authority else ""
    return f"strongroom prove -k {name} {trusting}{trust.public_url}"


def show_steps(trust: Trust, standing: Standing) -> list[dict[str, str | None]]:
    """Return how a stranger checks the evidence, or repeats it."""
    if standing.proof is None:
        return []
    well_known = f"{trust.public_url}/.well-known/strongroom"
    trusting = "--cacert FILE " if trust.own_authority else ""
    file = " FILE is the server's own authority, ca.pem: its operator has it."
    return [
        {
            "text": "Fetch the signed envelopes and the public key."
            + (file if trust.own_authority else ""),
            "command": f"curl {trusting}{well_known}/evidence/{standing.claim.id} "
            f"{well_known}/jwks.json",
        },
        {
            "text": "Each signature is Ed25519 over the DSSE encoding of its payload;"
            " any DSSE verifier can check it.",
            "command": None,
        },
        {
            "text": "Repeat the proof from your own machine."
            if standing.vantage == "outside"
            else "This proof needs the inside of an installation; repeat it on yours.",
            "command": prove_command(trust, standing),
        },
    ]


def ago(passed: timedelta) -> str:
    """Return how long ago something was, as people say it."""
    return "just now" if passed < timedelta(minutes=1) else f"{span(passed)} ago"


def span(length: timedelta) -> str:
    """Return *length* in its largest whole unit."""
    seconds = int(length.total_seconds())
    for size, unit in _UNITS:
        if seconds >= size:
            number = seconds // size
            return f"{number} {unit}{'s' if number > 1 else ''}"
    return f"{seconds} seconds"


def _section(section: Section, shown: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    refs = [block.id for block in section.blocks if isinstance(block, ClaimRef)]
    prose = "".join(block.html for block in section.blocks if isinstance(block, Prose))
    parts = [PARTS[type(block)] for block in section.blocks if type(block) in PARTS]
    return {
        "id": section.anchor,
        "title": section.title,
        "lead": Markup(prose),  # noqa: S704 - see arrange().
        "claims": [shown[claim_id] for claim_id in refs],
        "parts": list(dict.fromkeys(parts)),
    }


def _question(block: FAQ, shown: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    claims = [shown[claim_id] for claim_id in block.claim_ids]
    return {"question": block.question, "claims": claims}


def _party(row: Any) -> dict[str, str]:
    name = f"{row.name} (not named)" if row.anonymous else row.name
    return {
        "name": name,
        "purpose": row.purpose,
        "region": row.region,
        "invoked": row.when,
    }


def _posture(shown: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": shown["id"],
        "name": shown["subject"] or shown["id"],
        "status": shown["status"],
        "words": shown["statement"],
        "detail": shown["reason"],
        "url": shown["url"],
    }


def _lane(lane: Any, shown: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    claim = shown.get("trust.data-flow")
    return {
        "title": lane.name,
        "scope": lane.carries,
        "status": claim["status"] if claim else "unproven",
        "url": claim["url"] if claim else None,
        "hops": lane.hops,
    }
