"""Somebody points the house at a host of their own, or at what only it can reach.

Server-side request forgery (CWE-918) in its usual spellings, DNS that changes its mind
between the check and the connection (rebinding), and redirects. The hosts stand on
this machine, and count who comes.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from strongroom.egress import (
    Asked,
    Destination,
    EgressRefused,
    Gate,
    HostRefused,
    HostUnreachable,
    Login,
    MailServer,
    Outside,
    any_public,
    only_listed,
    send_syslog,
)
from strongroom.kernel import Secret
from strongroom.room import Strongroom
from strongroom.witnesses import Witness
from tests.conftest import Visit
from tests.egress.names import LOCAL, Names
from tests.egress.receivers import (
    Certificates,
    certificates,
    collector,
    webhook_receiver,
)
from tests.integrations.hosts import listening
from tests.people import found_organization, join, organization_of, sign_in
from tests.witnesses.witness import witness


SECRET = "a secret for one host alone"
STREAMS = "/api/v1/log-streams"
PUBLIC = "9.9.9.9"
NAME = "crm.example"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Return an authority of the receivers' own."""
    return certificates(tmp_path_factory.mktemp("receivers"))


@pytest.fixture(autouse=True)
async def no_streams_of_others(room: Strongroom) -> None:
    """Delete what earlier tests left: its second tries would join the turns here."""
    async with room.db.system(reason="begin a test without streams") as tx:
        await tx.execute("delete from strongroom.log_streams")


def form(base_url: str) -> dict[str, object]:
    """Return a credential for a host."""
    fields = {"base_url": base_url}
    return {"kind": "http-bearer", "name": "x", "secret": SECRET, "fields": fields}


@pytest.mark.parametrize(
    "name",
    [
        "evil.example",
        "api.openai.com.evil.example",
        "api.openai.com:8443",
        "xapi.openai.com",
        "127.0.0.1",
        "[::1]",
        "2130706433",
        "0x7f.1",
        "localhost",
    ],
)
async def test_a_host_that_nobody_listed_is_refused(
    room: Strongroom, app: httpx.AsyncClient, name: str
) -> None:
    """The list is of exact names; a provider's own name is on it."""
    await found_organization(room, app)
    wanted = form(f"https://{name}")
    answer = await app.post("/api/v1/integrations", json=wanted)
    assert answer.json()["type"] == "/problems/egress-refused", answer.text
    known = form("https://API.openai.com")
    assert (await app.post("/api/v1/integrations", json=known)).is_success


@pytest.mark.parametrize(
    "target",
    [
        "https://127.0.0.1/",
        "https://localhost/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://10.0.0.1/",
        "https://2130706433/",
        "syslog+tls://127.0.0.1",
        "syslog+tcp://9.9.9.9",
    ],
)
async def test_no_stream_is_made_to_our_own_network(
    room: Strongroom, app: httpx.AsyncClient, target: str
) -> None:
    """By a name or an address; and no plain text to the Internet."""
    await found_organization(room, app)
    answer = await app.post(STREAMS, json={"name": "x", "target": target})
    assert (answer.status_code, answer.json()["type"]) == (
        422,
        "/problems/egress-refused",
    )
    assert (await app.get(STREAMS)).json() == []


Speak = Callable[[Gate, int], Awaitable[object]]
SPEAKERS: dict[str, Speak] = {
    "https": lambda gate, port: Outside(gate).ask(
        Asked("GET", f"https://{NAME}:{port}/")
    ),
    "smtp": lambda gate, port: Outside(gate).mail(
        MailServer(NAME, port, "tls", "canary", Secret(SECRET)), None
    ),
    "postgres": lambda gate, port: Outside(gate).sign_in_to_postgres(
        NAME, port, Login("canary", Secret(SECRET), "")
    ),
    "mongodb": lambda gate, port: Outside(gate).sign_in_to_mongodb(
        NAME, port, Login("canary", Secret(SECRET), "admin")
    ),
    "syslog+tls": lambda gate, port: send_syslog(
        gate, Destination("syslog+tls", NAME, port), []
    ),
    "syslog+tcp": lambda gate, port: send_syslog(
        gate, Destination("syslog+tcp", NAME, port), []
    ),
}
"""Everything that speaks to others; webhooks and witnesses are asked by https."""


@pytest.mark.parametrize("speak", SPEAKERS.values(), ids=SPEAKERS)
async def test_a_name_that_is_rebound_reaches_nothing(speak: Speak) -> None:
    """It was public once; whoever connects asks the gate again, and is refused."""
    came = list[object]()

    async def hang_up(_: object, writer: asyncio.StreamWriter) -> None:
        came.append(writer.get_extra_info("peername"))
        writer.close()

    answers = [[PUBLIC], ["127.0.0.1"], [PUBLIC, "127.0.0.1"], ["::ffff:7f00:1"]]
    gate = Gate(only_listed([NAME]), resolve=Names(*answers))
    listed = Gate(only_listed([NAME, *LOCAL]), resolve=Names(["127.0.0.1"]))
    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert await gate.admit(NAME, port) == PUBLIC
        for _ in range(3):
            with pytest.raises(EgressRefused):
                await speak(gate, port)
        assert came == []
        with suppress(HostUnreachable, HostRefused):
            await speak(listed, port)
        assert came, "where the network is listed, it connects"


async def test_the_connection_goes_to_the_address_that_was_judged(
    tmp_path: Path,
) -> None:
    """The name is resolved once; the certificate must still be the name's."""
    names = Names(["127.0.0.1"])
    gate = Gate(only_listed([*LOCAL, NAME]), resolve=names)
    async with listening(tmp_path / "host") as host:
        ours, there = Outside(gate, [host.authority]), f"localhost:{host.port}"
        await ours.ask(Asked("GET", f"https://{there}/x"))
        assert names.asked == ["localhost"]
        assert f"host: {there}" in host.heads[0].lower()
        for outside, url, why in (
            (ours, f"https://{NAME}:{host.port}/", "certificate verify failed"),
            (Outside(gate), f"https://{there}/", "certificate verify failed"),
            (ours, f"http://{there}/", "Only https"),
        ):
            with pytest.raises(HostUnreachable, match=why):
                await outside.ask(Asked("GET", url))
        assert len(host.heads) == 1


@pytest.mark.parametrize("role", ["member", "viewer", "auditor"])
async def test_only_owners_and_admins_choose_a_target(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit, role: str
) -> None:
    """A member cannot have the log sent to a host of their own."""
    await found_organization(room, app)
    member = visit()
    person = await join(room, await organization_of(app), role)  # type: ignore[arg-type]
    await sign_in(member, person)
    form = {"name": "mine", "target": "https://mine.invalid/"}
    assert (await member.post(STREAMS, json=form)).status_code == 403
    assert (await app.post(STREAMS, json=form)).status_code == 201


async def test_a_stream_whose_name_turns_inward_later_reaches_nothing(
    room: Strongroom,
    app: httpx.AsyncClient,
    made: Certificates,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Public when it is made, ours when it is used: the use is checked too."""
    await found_organization(room, app)
    names = Names([PUBLIC], ["127.0.0.1"])
    gate = Gate(any_public(), resolve=names)
    monkeypatch.setattr(room.deliveries, "gate", gate)
    with webhook_receiver(made) as inbox, collector(made) as other:
        await _make(app, "web", f"https://localhost:{inbox.port}/", made)
        names.answers = [[PUBLIC], ["127.0.0.1"]]
        await _make(app, "log", f"syslog+tls://localhost:{other.port}", made)
        await room.audit_tree.seal()
        assert await room.deliveries.turn() == 0
        assert (inbox.asked, other.frames) == ([], [])
    failures = [each["failure"] for each in (await app.get(STREAMS)).json()]
    assert len(failures) == 2
    for failure in failures:
        assert failure.startswith("localhost leads to an address that is not public.")


async def test_one_look_up_decides_for_a_whole_batch(
    room: Strongroom,
    app: httpx.AsyncClient,
    made: Certificates,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The connection is kept, and no second look-up lies before it."""
    await found_organization(room, app)
    # Whoever looked it up again would be led to an address where nobody listens.
    names = Names(["127.0.0.1"], ["127.0.0.1"], ["127.9.9.9"])
    gate = Gate(any_public(LOCAL), resolve=names)
    monkeypatch.setattr(room.deliveries, "gate", gate)
    with webhook_receiver(made) as inbox:
        target = f"https://localhost:{inbox.port}/"
        inbox.secret = await _make(app, "web", target, made)
        await room.audit_tree.seal()
        assert await room.deliveries.turn() == 2
        assert inbox.asked == [f"localhost:{inbox.port}"] * 2
    assert len(names.asked) == 2, "once to make the stream, once for the whole batch"


async def test_a_redirected_stream_leads_nowhere(
    room: Strongroom,
    app: httpx.AsyncClient,
    made: Certificates,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A receiver cannot send us on to an address of ours, and took nothing by it."""
    await found_organization(room, app)
    monkeypatch.setattr(room.deliveries, "gate", Gate(any_public(LOCAL)))
    with webhook_receiver(made) as inbox, webhook_receiver(made) as inner:
        inbox.answer = 307
        inbox.headers["location"] = f"https://localhost:{inner.port}/"
        await _make(app, "web", f"https://localhost:{inbox.port}/", made)
        await room.audit_tree.seal()
        assert await room.deliveries.turn() == 0
        assert (len(inbox.asked), inner.asked) == (1, [])


async def test_a_witness_inside_is_not_asked(
    room: Strongroom,
    app: httpx.AsyncClient,
    made: Certificates,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not even the operator's own setting leads into a network that is not listed."""
    await found_organization(room, app)
    await room.audit_tree.seal()
    with witness(made, "one.example") as one:
        monkeypatch.setattr(room.witnesses, "all", [Witness(one.url, one.key)])
        assert await room.witnesses.turn() == 0
    assert one.asked == []
    told = room.witnesses.failures["one.example", await organization_of(app)]
    assert told.startswith("localhost leads to an address that is not public.")


async def _make(
    app: httpx.AsyncClient, name: str, target: str, made: Certificates
) -> str:
    """Make a stream from the beginning, and return its secret, if it has one."""
    form = {"name": name, "target": target, "authority": made.authority}
    answer = await app.post(STREAMS, json={**form, "start": "beginning"})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return str(found["secret"])
