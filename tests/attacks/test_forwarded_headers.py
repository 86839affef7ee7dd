"""A header says where the request came from, and is believed.

Whoever sets X-Forwarded-For chooses the address on record and escapes limits
(CVE-2024-47070); whoever sets X-Forwarded-Host chooses the links in mails
(CVE-2026-29067). Here only the socket and the configuration count.
"""

from typing import Any

import httpx
import pytest

from strongroom.middleware import Edge, EdgeSettings
from strongroom.room import Strongroom
from tests.attacks.evidence import rows
from tests.conftest import PUBLIC_URL, Visit
from tests.people import found_organization, latest_mail, mailed_token, new_person


LIES = {
    "x-forwarded-for": "203.0.113.66",
    "x-real-ip": "203.0.113.66",
    "x-client-ip": "203.0.113.66",
    "true-client-ip": "203.0.113.66",
    "cf-connecting-ip": "203.0.113.66",
    "x-cluster-client-ip": "203.0.113.66",
    "forwarded": "for=203.0.113.66;host=evil.example;proto=http",
    "x-forwarded-host": "evil.example",
    "x-forwarded-server": "evil.example",
    "x-host": "evil.example",
    "x-original-host": "evil.example",
    "x-forwarded-proto": "http",
    "x-forwarded-port": "80",
    "x-forwarded-prefix": "/evil",
    "x-original-url": "/console",
    "x-rewrite-url": "/console",
    "x-http-method-override": "DELETE",
}
"""Everything by which some server lets a request speak about itself."""

HOSTS = (
    "evil.example",
    "strongroom.test.evil.example",
    "evil.example:443",
    "strongroom.test:8443",
    "strongroom.test@evil.example",
    "strongroom.test.",
    "localhost",
    "127.0.0.1",
    "",
    " strongroom.test",
    "strongroom.test/evil",
    "strongroom.test, evil.example",
)


async def addresses_of(room: Strongroom, answer: httpx.Response) -> list[Any]:
    """Return the addresses on record for one request."""
    rows = await room.db.system(reason="read an address in a test").fetch(
        "select host(address) as address from strongroom.audit_entries"
        " where request_id = $1",
        answer.headers["x-request-id"],
    )
    return [row["address"] for row in rows]


async def test_the_address_on_record_is_the_sockets(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """Whatever headers say, done and refused alike, and in the list of devices."""
    person = await found_organization(room, app)
    liar = visit(**LIES)
    credentials = {"email": person.email, "password": person.password}
    done = await liar.post("/api/v1/sessions", json=credentials)
    assert done.status_code == 201
    refused = await liar.post("/api/v1/sessions", json=credentials | {"password": "x"})
    assert refused.status_code == 401
    for answer in (done, refused):
        assert await addresses_of(room, answer) == ["127.0.0.1"]
    devices = (await liar.get("/api/v1/sessions")).json()
    assert {device["address"] for device in devices} == {"127.0.0.1"}


@pytest.mark.parametrize(
    ("peer", "address"),
    [("fe80::1%eth0", "fe80::1"), ("::ffff:192.0.2.1", "192.0.2.1")],
)
async def test_an_address_on_record_has_one_spelling(
    room: Strongroom, house: Edge, visit: Visit, *, peer: str, address: str
) -> None:
    """A zone is cut off, and an IPv4 visitor of an IPv6 socket is one of IPv4."""
    person = await found_organization(room, visit())
    credentials = {"email": person.email, "password": person.password}
    transport = httpx.ASGITransport(house, client=(peer, 1))
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL) as visitor:
        done = await visitor.post("/api/v1/sessions", json=credentials)
        wrong = credentials | {"password": "x"}
        refused = await visitor.post("/api/v1/sessions", json=wrong)
    assert (done.status_code, refused.status_code) == (201, 401)
    for answer in (done, refused):
        assert await addresses_of(room, answer) == [address]


async def test_the_link_in_a_mail_is_ours(room: Strongroom, visit: Visit) -> None:
    """It begins with the configured address, and the token goes nowhere else."""
    for first in (new_person(), new_person()):
        wanted = {"email": first.email, "password": first.password}
        answer = await visit(**LIES).post(
            "/api/v1/accounts", json=wanted | {"organization": "Canary Works"}
        )
        assert answer.status_code == 202
        mail = await latest_mail(room, first.email)
        token = await mailed_token(room, first.email)
        assert f"{PUBLIC_URL}/verify?token={token}" in mail
        assert "evil" not in mail


async def test_another_of_our_names_does_not_move_the_link(
    room: Strongroom, house: Edge
) -> None:
    """A name that the operator allowed is answered; mails name the one address."""
    alias = Edge(house.app, EdgeSettings(), frozenset({b"alias.test"}))
    person = new_person()
    wanted = {"email": person.email, "password": person.password}
    transport = httpx.ASGITransport(alias)
    async with httpx.AsyncClient(
        transport=transport, base_url="https://alias.test"
    ) as app:
        answer = await app.post(
            "/api/v1/accounts", json=wanted | {"organization": "Canary Works"}
        )
    assert answer.status_code == 202
    assert f"{PUBLIC_URL}/verify?token=" in await latest_mail(room, person.email)


async def test_a_header_does_not_move_the_link_that_resets_a_password(
    room: Strongroom, visit: Visit
) -> None:
    """The address in the mail is the operator's, whoever asked and however."""
    person = await found_organization(room, visit())
    liar = visit(**LIES)
    answer = await liar.post("/api/v1/password-resets", json={"email": person.email})
    assert answer.status_code == 202
    mail = await latest_mail(room, person.email)
    assert f"{PUBLIC_URL}/reset-password?token=" in mail
    assert "evil" not in mail


@pytest.mark.parametrize("host", HOSTS)
async def test_a_foreign_host_is_misdirected(
    room: Strongroom, visit: Visit, host: str
) -> None:
    """It is refused before anything is looked up, and no mail is written for it."""
    person, before = new_person(), await rows(room)
    wanted = {"email": person.email, "password": person.password}
    answer = await visit(**LIES | {"x-forwarded-host": "strongroom.test"}).post(
        "/api/v1/accounts",
        json=wanted | {"organization": "Canary Works"},
        headers={"host": host},
    )
    assert answer.status_code in {400, 421}
    assert await rows(room) == before


async def test_two_hosts_are_refused(visit: Visit) -> None:
    """Of two, one reader could take the first and another the second."""
    headers = httpx.Headers([("host", "strongroom.test"), ("host", "evil.example")])
    answer = await visit().get("/", headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (
        400,
        "/problems/repeated-header",
    )


@pytest.mark.parametrize("path", ["/console", "/console/devices", "/", "/nowhere"])
async def test_no_answer_repeats_a_foreign_host(visit: Visit, path: str) -> None:
    """Neither a redirect nor a page takes a header's word for where we are."""
    answer = await visit(accept="text/html", **LIES).get(path)
    told = "\n".join([answer.text, *answer.headers.values()])
    assert "evil" not in told
    assert answer.headers.get("location", "/").startswith("/")


async def test_a_method_cannot_be_smuggled(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """A read stays a read, whatever a header calls it."""
    await found_organization(room, app)
    answer = await app.get("/api/v1/session", headers=LIES)
    assert answer.status_code == 200
    again = await app.post("/api/v1/session", headers=LIES)
    assert again.status_code == 405
    assert (await app.get("/api/v1/session")).status_code == 200
