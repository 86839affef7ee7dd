"""Numbers of every process, added up, and nobody's name in them."""

import re
from pathlib import Path
from uuid import uuid4

import httpx
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from strongroom.kernel import Unavailable
from strongroom.room import Strongroom
from strongroom.server.metrics import Meter, Sums, listening, receive_into
from strongroom.web import CALLER, PROBLEM
from tests.running import RunningServer, eventually


def text_of(sums: Sums) -> str:
    """Return what Prometheus would read."""
    registry = CollectorRegistry()
    registry.register(sums)
    return generate_latest(registry).decode()


def test_processes_are_added_up(room: Strongroom, tmp_path: Path) -> None:
    """Two meters send differences; what they sent before is not counted again."""
    deep = tmp_path / ("a" * 90) / ("b" * 90)
    deep.mkdir(parents=True)
    one, two, sums = Meter(deep, room.db, {}), Meter(deep, room.db, {}), Sums()
    with listening(deep) as heard:
        for meter in (one, two, one):
            meter.note({"path_template": "/x", PROBLEM: "gone"}, 404, 0.02)
            meter.send()
        receive_into(sums, heard)
    told = text_of(sums)
    assert 'strongroom_requests_total{route="/x",status="4xx"} 3.0' in told
    assert 'strongroom_refusals_total{problem="gone"} 3.0' in told
    assert 'strongroom_request_seconds_bucket{le="0.01",route="/x"} 0.0' in told
    assert 'strongroom_request_seconds_bucket{le="0.025",route="/x"} 3.0' in told
    assert 'strongroom_request_seconds_count{route="/x"} 3.0' in told
    assert list(deep.iterdir()) == []


def test_what_cannot_be_sent_goes_with_the_next(
    room: Strongroom, tmp_path: Path
) -> None:
    """While nobody listens, an answer is not slowed, and nothing is lost."""
    meter, sums = Meter(tmp_path, room.db, {}), Sums()
    meter.note({CALLER: None}, 200, 0.0)
    meter.send()
    meter.note({CALLER: Unavailable()}, 200, 0.0)
    with listening(tmp_path) as heard:
        meter.send()
        receive_into(sums, heard)
    told = text_of(sums)
    assert 'strongroom_requests_total{route="unmatched",status="2xx"} 2.0' in told
    assert 'strongroom_session_checks_total{outcome="nobody"} 1.0' in told
    assert 'strongroom_session_checks_total{outcome="unknown"} 1.0' in told


def test_a_running_server_tells_its_operator_alone(
    server: RunningServer, visitor: httpx.Client
) -> None:
    """The numbers of its workers stand on the operator's listener, with no names."""
    wanted = uuid4().hex
    for _ in range(20):
        assert visitor.get(f"/{wanted}").status_code == httpx.codes.NOT_FOUND
    assert visitor.get("/metrics").status_code == httpx.codes.NOT_FOUND
    with server.visitor(server.admin_url) as operator:

        def told() -> str:
            return operator.get("/metrics").text

        assert eventually(lambda: counted(told()) >= 21)
        text = told()
    assert 'strongroom_refusals_total{problem="not-found"}' in text
    assert 'strongroom_system_door_uses_total{reason="' in text
    assert 'strongroom_claim_status{claim="trust.limits",status=' in text
    assert "strongroom_mails_waiting" in text
    assert wanted not in text
    assert not re.search(r"[\w.]+@[\w.]+|127\.0\.0\.1", text)


def counted(text: str) -> float:
    """Return how many unmatched requests were refused."""
    return sum(
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "strongroom_requests_total"
        and sample.labels == {"route": "unmatched", "status": "4xx"}
    )
