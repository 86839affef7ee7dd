"""What the edge's proofs ask of a target, and how gently.

A target that shows itself to be of this house is asked everywhere, and sent requests
that it must refuse. A stranger's is only read, and only on a few paths.
"""

import asyncio
import ssl
from dataclasses import dataclass, field
from uuid import uuid4

import httpx

from strongroom.lab import Lab, Unprovable, require_provable


PAGE = {"accept": "text/html"}
"""How a browser asks for a page."""

Pages = dict[str, httpx.Response]
"""Answers that a browser shows, by their paths."""

CROWD, OF_A_CROWD = 12, 3
"""Where more paths than that stand side by side, as a page per claim does, a few of
them speak for the rest."""

CLAIMS = "/.well-known/strongroom/claims.json"


@dataclass(frozen=True, slots=True)
class Request:
    """One request, as a proof words it."""

    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes = b""

    async def send(self, lab: Lab) -> httpx.Response:
        """Return the target's answer."""
        return await lab.http.request(
            self.method, self.path, headers=self.headers, content=self.content
        )


def sees_inside(lab: Lab) -> bool:
    """Say whether the operator has lent this lab the inside view."""
    try:
        return lab.inside is not None
    except Unprovable:
        return False


async def is_ours(lab: Lab) -> bool:
    """Say whether the target is of this house, so that we may send it a write."""
    if sees_inside(lab):
        return True
    answer = await lab.http.get(CLAIMS)
    described = "json" in answer.headers.get("content-type", "")
    return answer.is_success and described and b'"claims"' in answer.content


async def paths_of(lab: Lab) -> list[str]:
    """Return the paths to look at."""
    if await is_ours(lab):
        return without_crowds(await lab.addresses())
    return ["/", "/.well-known/security.txt", f"/{uuid4().hex}"]


def without_crowds(paths: list[str]) -> list[str]:
    """Return *paths*, but only a few of a crowd below one parent."""
    siblings: dict[str, list[str]] = {}
    for path in paths:
        siblings.setdefault(path.rpartition("/")[0], []).append(path)
    crowds = (
        each[: OF_A_CROWD if len(each) > CROWD else None] for each in siblings.values()
    )
    return [path for crowd in crowds for path in crowd]


async def pages_of(lab: Lab) -> Pages:
    """Return the target's pages by their paths, error pages among them.

    Raises:
        Unprovable: it has none.

    """
    paths = await paths_of(lab)
    answers = {path: await lab.http.get(path, headers=PAGE) for path in paths}
    pages = {path: answer for path, answer in answers.items() if is_page(answer)}
    require_provable(pages, "the target shows no page")
    return pages


def few(pages: Pages) -> Pages:
    """Return the first, the last and an error page of *pages*: a browser takes time."""
    errors = [path for path, answer in pages.items() if answer.is_error]
    paths = [*pages]
    return {
        path: pages[path] for path in dict.fromkeys(paths[:1] + errors[:1] + paths[-1:])
    }


def is_page(answer: httpx.Response) -> bool:
    """Say whether a browser shows *answer* as a document of its own."""
    kind = answer.headers.get("content-type", "")
    return kind.startswith("text/html") and not answer.is_redirect


async def answer_to_huge_body(lab: Lab, path: str) -> httpx.Response:
    """Return the answer to a body of a terabyte, of which not one byte is sent."""
    authority = str(lab.authority) if lab.authority else None
    tls = ssl.create_default_context(cafile=authority)
    # lint: way-out, because proofs ask the site that they prove.
    reader, writer = await asyncio.open_connection(lab.host, lab.port, ssl=tls)
    host = lab.url.partition("://")[2]
    writer.write(
        f"POST {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n"
        f"content-type: application/json\r\ncontent-length: {10**12}\r\n\r\n".encode()
    )
    try:
        async with asyncio.timeout(5):
            head = await reader.readuntil(b"\r\n\r\n")
    finally:
        writer.transport.abort()
    status, *lines = head.decode("latin-1").strip().split("\r\n")
    headers = [line.split(": ", 1) for line in lines]
    return httpx.Response(
        int(status.split()[1]), headers=[(name, value) for name, value in headers]
    )
