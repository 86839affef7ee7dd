"""TLS, strict transport, and writes that another site caused: as a stranger tries them.

What a browser does with the other headers is tried in ``proofs_browser``, and what
its policy does to injected script in ``proofs_csp``.
"""

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import httpx

from strongroom.lab import (
    VERSIONS,
    Evidence,
    Lab,
    Twin,
    Unprovable,
    Vantage,
    addresses_of,
    find_chosen_version,
    proof,
    require,
    require_provable,
    sabotage,
)

from . import edge
from .tampering import drop, say
from .target import Request, answer_to_huge_body, is_ours, paths_of


HSTS = "strict-transport-security"


@sabotage("old TLS versions are spoken", tells="TLS 1.1")
async def old_tls(twin: Twin) -> None:
    """Lower the minimum."""
    twin.allow_old_tls()


@proof("edge.tls", vantage=Vantage.OUTSIDE, sabotages=[old_tls])
async def only_new_tls_is_spoken(lab: Lab, minimum: str) -> Evidence:
    """Offer each version alone, at every address of the host; then try plain HTTP."""
    chosen = await handshakes(lab)
    require_provable(any(chosen.values()), "no TLS version was accepted")
    for address, accepted in chosen.items():
        require_range(address, accepted, minimum)
    plain = await plain_answers(lab)
    return Evidence(
        population=len(chosen) * len(VERSIONS) + len(plain),
        positive=f"TLS {max(map(max, chosen.values()))} is accepted",
        observed={"accepted": chosen, "plain HTTP": plain},
    )


def require_range(address: str, accepted: list[str], minimum: str) -> None:
    """Accept every version from *minimum* on, and none before it."""
    wanted = [version for version in VERSIONS if version >= minimum]
    old = [f"TLS {version}" for version in accepted if version not in wanted]
    require(not old, f"{', '.join(old)} is accepted at {address}")
    missing = [f"TLS {version}" for version in wanted if version not in accepted]
    require(not missing, f"{', '.join(missing)} is refused at {address}")


async def handshakes(lab: Lab) -> dict[str, list[str]]:
    """Return the versions that the target accepts, by its addresses that answer."""
    try:
        addresses = await addresses_of(lab.host, lab.port)
    except OSError as unknown:
        message = f"{lab.host} has no address: {unknown}"
        raise Unprovable(message) from None
    return {
        address: [each for each in VERSIONS if await is_accepted(lab, address, each)]
        for address in addresses
        if await is_listening(lab, address)
    }


async def is_listening(lab: Lab, address: str) -> bool:
    """Say whether anybody answers at *address*; a name may have one too many."""
    try:
        await is_accepted(lab, address, "1.3")
    except OSError:  # TimeoutError is one.
        return False
    return True


async def is_accepted(lab: Lab, address: str, version: str) -> bool:
    """Say whether the target takes *version* when nothing else is on offer."""
    chosen = await find_chosen_version(address, lab.port, lab.host, version)
    return chosen == version


async def plain_answers(lab: Lab) -> dict[str, str]:
    """Return what plain HTTP gets: a redirect to HTTPS, or nothing at all."""
    seen = {}
    url = f"http://{lab.host}:{lab.plain_port}"
    async with httpx.AsyncClient(base_url=url, trust_env=False) as http:
        for path in await paths_of(lab):
            try:
                answer = await http.get(path)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                return {"every path": "nobody listens"}
            except httpx.TransportError as closed:
                seen[path] = type(closed).__name__
                continue
            require_only_redirect(path, answer)
            seen[path] = f"{answer.status_code} {answer.headers['location']}"
    return seen


def require_only_redirect(path: str, answer: httpx.Response) -> None:
    """Accept an answer that says where HTTPS is, and nothing of ours."""
    where = f"http {path}"
    require(answer.is_redirect, f"plain HTTP serves {path}: {answer.status_code}")
    location = answer.headers.get("location", "")
    require(location.startswith("https://"), f"{where} redirects to {location!r}")
    require("set-cookie" not in answer.headers, f"{where} sets a cookie")
    require(len(answer.content) < 512, f"{where} says more than where to go")


@sabotage("the header is gone", tells="0 times")
async def no_hsts(twin: Twin) -> None:
    """Drop it."""
    drop(twin, HSTS)


@sabotage("browsers forget after an hour", tells="max-age is 3600")
async def an_hour_of_hsts(twin: Twin) -> None:
    """Shorten it."""
    say(twin, HSTS, "max-age=3600; includeSubDomains")


@sabotage("subdomains are left out", tells="includeSubDomains")
async def hsts_of_one_host(twin: Twin) -> None:
    """Narrow it."""
    say(twin, HSTS, "max-age=31536000")


@sabotage("refusals go without the header", tells="0 times")
async def hsts_of_successes(twin: Twin) -> None:
    """Send what the edge itself turns away past the completion of headers."""
    refuse = edge.Edge._refuse  # noqa: SLF001 - a sabotage reaches inside.

    async def refuse_bare(self: Any, answer: Any, *refused: Any) -> None:
        bare = edge.Answer(answer._send, answer._scope, [], "none")  # noqa: SLF001
        await refuse(self, bare, *refused)

    twin.change(edge.Edge, "_refuse", refuse_bare)


@proof(
    "edge.hsts",
    vantage=Vantage.OUTSIDE,
    sabotages=[no_hsts, an_hour_of_hsts, hsts_of_one_host, hsts_of_successes],
)
async def hsts_on_every_answer(
    lab: Lab, max_age: int, *, include_subdomains: bool
) -> Evidence:
    """On every address and every status that a stranger can cause: once, and whole."""
    statuses: Counter[str] = Counter()
    async for where, answer in answers(lab):
        status = f"{where} ({answer.status_code})"
        require_hsts(status, answer, max_age, whole=include_subdomains)
        statuses[str(answer.status_code)] += 1
    return Evidence(
        population=statuses.total(),
        positive=f"{len(statuses)} different statuses were caused",
        observed={"answers by status": dict(sorted(statuses.items()))},
    )


async def answers(lab: Lab) -> AsyncIterator[tuple[str, httpx.Response]]:
    """Yield an answer of every kind that can be had from outside, and its name."""
    for path in await paths_of(lab):
        yield f"GET {path}", await lab.http.get(path)
    asked = HARMLESS + (REFUSED if await is_ours(lab) else ())
    for request in asked:
        yield f"{request.method} {request.path}", await request.send(lab)
    if await is_ours(lab):
        yield "a huge body", await answer_to_huge_body(lab, SESSIONS)


SESSIONS = "/api/v1/sessions"
JSON = {"content-type": "application/json"}

HARMLESS = (Request("HEAD", "/"), Request("OPTIONS", "/"))

REFUSED = (
    Request("GET", "/console", {"accept": "text/html"}),
    Request("GET", "/", {"host": "elsewhere.invalid"}),
    Request("PUT", "/"),
    Request("POST", SESSIONS, JSON, b"{"),
    Request("POST", SESSIONS, {"content-type": "text/plain"}, b"hello"),
    Request("POST", SESSIONS, JSON | {"sec-fetch-site": "cross-site"}, b"{}"),
)
"""What every house turns away, each for another reason."""


def require_hsts(
    where: str, answer: httpx.Response, max_age: int, *, whole: bool
) -> None:
    """Accept an answer that carries the header once, as RFC 6797 §6.1 wants it."""
    sent = answer.headers.get_list(HSTS)
    require(len(sent) == 1, f"{where} carries {HSTS} {len(sent)} times")
    directives = parse_hsts(sent[0])
    age = directives.get("max-age", "")
    require(age.isdigit() and int(age) >= max_age, f"{where}: max-age is {age}")
    if whole:
        require("includesubdomains" in directives, f"{where}: no includeSubDomains")


def parse_hsts(value: str) -> dict[str, str]:
    """Return the directives of a header by their lower-case names.

    Raises:
        Contradicted: a directive stands there twice, so that browsers ignore them all.

    """
    directives: dict[str, str] = {}
    for part in filter(str.strip, value.split(";")):
        name, _, told = part.strip().partition("=")
        name = name.strip().lower()
        require(name not in directives, f"{HSTS} says {name} twice")
        directives[name] = told.strip().strip('"')
    return directives
