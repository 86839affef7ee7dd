"""Injected script, tried in a real browser on the target's own page.

The page and its headers are the target's; the attacks are written into its body on
the way. Without its policy the same page must fall to every one of them.
"""

import re
from typing import Any

import httpx

from strongroom.lab import (
    Evidence,
    Lab,
    Twin,
    Vantage,
    proof,
    require,
    require_provable,
    sabotage,
)

from . import edge, store
from .attacks import ATTACKS, attack
from .policy import directives_of, page_policy
from .tampering import drop, reword_policies
from .target import PAGE, Pages, pages_of, sees_inside


CSP = "content-security-policy"

NONCE = re.compile(r"'nonce-([\w+/=-]+)'", re.ASCII)
SHORTEST_NONCE = 22  # Letters of base64, for the 128 bits of CSP Level 3 §7.1.
NONCES_COMPARED = 5


@sabotage("the policy is all but gone", tells="inline script")
async def a_policy_of_frames(twin: Twin) -> None:
    """Leave what keeps pages out of frames, and nothing else."""
    reword_policies(twin, lambda _: "frame-ancestors 'none'")


@sabotage("inline script is allowed", tells="inline script")
async def inline_allowed(twin: Twin) -> None:
    """Take the shortcut of so many sites."""
    loose = "script-src 'unsafe-inline'"
    reword_policies(twin, lambda words: re.sub("script-src [^;]*", loose, words))


@sabotage("Trusted Types are gone", tells="innerHTML")
async def no_trusted_types(twin: Twin) -> None:
    """Let any text become markup."""
    types = r"; (require-)?trusted-types[^;]*"
    reword_policies(twin, lambda words: re.sub(types, "", words))


@sabotage("two directives are forgotten", tells="base, form")
async def no_base_and_form(twin: Twin) -> None:
    """Rely on default-src, which speaks for neither."""
    forgotten = r"; (base-uri|form-action)[^;]*"
    reword_policies(twin, lambda words: re.sub(forgotten, "", words))


@sabotage("every page has the same nonce", tells="nonce")
async def one_nonce(twin: Twin) -> None:
    """Repeat one forever."""
    twin.change(edge, "page_policy", lambda _: page_policy("A" * SHORTEST_NONCE))


@sabotage("browsers are not told where to report", tells="report")
async def no_endpoint(twin: Twin) -> None:
    """Drop the header that names the place."""
    drop(twin, "reporting-endpoints")


@sabotage("reports are taken and thrown away", tells="report")
async def reports_forgotten(twin: Twin) -> None:
    """Count nothing."""

    async def add_nothing(*_: Any) -> None:
        return

    twin.change(store, "add_violations", add_nothing)


@proof(
    "edge.csp",
    vantage=Vantage.OUTSIDE,
    sabotages=[
        a_policy_of_frames,
        inline_allowed,
        no_trusted_types,
        no_base_and_form,
        one_nonce,
        no_endpoint,
        reports_forgotten,
    ],
)
async def injected_script_does_nothing(lab: Lab) -> Evidence:
    """Attack a page in every known way: nothing runs, and the target hears of it."""
    pages = await pages_of(lab)
    path, answer = next(iter(pages.items()))
    control = await attack(lab, path, answer, without=(CSP,))
    missing = sorted(ATTACKS - {*control.got_through})
    require_provable(not missing, f"these fail without a policy too: {missing}")
    counted = await count_kept(lab)
    attacked = await attack(lab, path, answer)
    through = ", ".join(attacked.got_through)
    require(not through, f"on {path}, these got through: {through}")
    require(attacked.reported, f"no report of what was stopped on {path} arrived")
    kept = await count_kept(lab)
    require(kept is None or kept != counted, "a report arrived and was not counted")
    require_same_policy(pages)
    await require_fresh_nonces(lab, path)
    return Evidence(
        population=len(ATTACKS),
        positive="without the policy, every attack on the same page gets through",
        observed={
            "attacks": sorted(ATTACKS),
            "stopped by": attacked.stopped_by,
            "reports taken": attacked.reported,
            "pages under this policy": len(pages),
        },
    )


async def count_kept(lab: Lab) -> int | None:
    """Return how many reports the target has kept today, where that can be seen."""
    if not sees_inside(lab):
        return None
    async with lab.inside.database() as database:
        return await store.count_violations(database)


def require_same_policy(pages: Pages) -> None:
    """Accept pages under one policy; what was shown of one then holds for all."""
    policies = {path: policy_of(answer) for path, answer in pages.items()}
    first = next(iter(policies.values()))
    for path, policy in policies.items():
        # A page that allows no script at all is safer still.
        scripts = [first["script-src"], ["'none'"]]
        same = {**policy, "script-src": None} == {**first, "script-src": None}
        require(same and policy["script-src"] in scripts, f"{path} has another policy")


def policy_of(answer: httpx.Response) -> dict[str, list[str]]:
    """Return an answer's policy with its nonce taken out."""
    said = NONCE.sub("'nonce'", answer.headers.get(CSP, ""))
    return {"script-src": ["absent"], **directives_of(said)}


async def require_fresh_nonces(lab: Lab, path: str) -> None:
    """Accept a page whose nonce is long, its own, and new in every answer."""
    seen = set()
    for _ in range(NONCES_COMPARED):
        answer = await lab.http.get(path, headers=PAGE)
        named = NONCE.findall(answer.headers.get(CSP, ""))
        require(len(named) == 1, f"{path} names {len(named)} nonces")
        length = len(named[0].rstrip("="))
        require(length >= SHORTEST_NONCE, f"a nonce of {path} has {length} letters")
        require(named[0] in answer.text, f"{path} uses another nonce than it names")
        seen.add(named[0])
    require(len(seen) == NONCES_COMPARED, f"{path} uses a nonce twice")
