"""A log stream is pointed at our own network, at once or by a name that changes.

Server-side request forgery and DNS rebinding (CWE-918): the receiver stands on this
machine and counts who comes.
"""

import httpx
import pytest

from strongroom.egress import EgressGuard, networks_of
from strongroom.room import Strongroom
from tests.conftest import Visit
from tests.egress.receivers import certificates, collector, webhook_receiver
from tests.egress.test_guard import Names
from tests.people import found_organization, join, organization_of, sign_in


STREAMS = "/api/v1/log-streams"
PUBLIC = "9.9.9.9"


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


async def test_a_name_that_turns_inward_later_reaches_nothing(
    room: Strongroom,
    app: httpx.AsyncClient,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Public when it is checked, ours when it is used: the use is checked too."""
    made = certificates(tmp_path_factory.mktemp("rebinding"))
    await found_organization(room, app)
    names = Names([PUBLIC], ["127.0.0.1"])
    monkeypatch.setattr(room.deliveries, "guard", EgressGuard(resolve=names))
    with webhook_receiver(made) as inbox, collector(made) as other:
        await _make(app, "web", f"https://localhost:{inbox.port}/", made.authority)
        names.answers = [[PUBLIC], ["127.0.0.1"]]
        syslog = f"syslog+tls://localhost:{other.port}"
        await _make(app, "log", syslog, made.authority)
        await room.audit_tree.seal()
        assert await room.deliveries.turn() == 0
        assert (inbox.asked, other.frames) == ([], [])
        failures = {each["failure"] for each in (await app.get(STREAMS)).json()}
        assert failures == {"127.0.0.1 is in a private or reserved network"}


async def test_one_look_up_decides_and_the_connection_goes_there(
    room: Strongroom,
    app: httpx.AsyncClient,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No second look-up lies between the check and the connection."""
    made = certificates(tmp_path_factory.mktemp("pinning"))
    await found_organization(room, app)
    # Whoever looked it up again would be led to an address where nobody listens.
    names = Names(["127.0.0.1"], ["127.0.0.1"], ["127.9.9.9"])
    listed = networks_of(["127.0.0.0/8"])
    monkeypatch.setattr(room.deliveries, "guard", EgressGuard(listed, names))
    with webhook_receiver(made) as inbox:
        target = f"https://localhost:{inbox.port}/"
        inbox.secret = await _make(app, "web", target, made.authority)
        await room.audit_tree.seal()
        assert await room.deliveries.turn() == 2
        assert inbox.asked == [f"localhost:{inbox.port}"] * 2
    assert names.asked == 2, "once to make the stream, once for the whole batch"


async def test_a_redirect_leads_nowhere(
    room: Strongroom,
    app: httpx.AsyncClient,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A receiver cannot send us on to an address of ours."""
    made = certificates(tmp_path_factory.mktemp("redirecting"))
    await found_organization(room, app)
    guard = EgressGuard(networks_of(["127.0.0.0/8"]))
    monkeypatch.setattr(room.deliveries, "guard", guard)
    with webhook_receiver(made) as inbox, webhook_receiver(made) as inner:
        inbox.answer = 307
        inbox.headers["location"] = f"https://localhost:{inner.port}/"
        await _make(app, "web", f"https://localhost:{inbox.port}/", made.authority)
        await room.audit_tree.seal()
        assert await room.deliveries.turn() == 0
        assert (len(inbox.asked), inner.asked) == (1, [])


async def _make(
    app: httpx.AsyncClient, name: str, target: str, authority: str
) -> str | None:
    form = {"name": name, "target": target, "authority": authority}
    answer = await app.post(STREAMS, json={**form, "start": "beginning"})
    assert answer.status_code == 201, answer.text
    secret: str | None = answer.json()["secret"]
    return secret
