"""Numbers of every process, added up, and nobody's name in them."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from strongroom.backups import BackupRun, BackupStatus, new_run
from strongroom.kernel import Unavailable, new_id
from strongroom.privacy import Desk, Privacy
from strongroom.room import Strongroom
from strongroom.server.metrics import Meter, Sums, listening, receive_into
from strongroom.server.metrics_of_state import Ages, Requests, Streams
from strongroom.streams import LogStream
from strongroom.web import CALLER, PROBLEM
from tests.running import RunningServer, eventually


NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
PAUSED = {"paused_at": NOW, "failing_since": NOW - timedelta(days=9)}


def text_of(sums: Any) -> str:
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
    assert 'strongroom_log_streams{state="failing"} 0.0' in text
    assert 'strongroom_privacy_requests{due="overdue"} ' in text
    assert "strongroom_backup_overdue " in text
    assert wanted not in text
    assert not re.search(r"[\w.]+@[\w.]+|127\.0\.0\.1", text)


def test_a_secret_is_no_label() -> None:
    """What a process sends by mistake passes the redaction; our own words stay."""
    sums, secret = Sums(), "ghp_" + "a1" * 18
    sums.add(f'[["strongroom_requests", "/{secret}", "2xx", 1]]'.encode())
    sums.add(b'[["strongroom_requests", "/security/{claim:str}", "2xx", 1]]')
    told = text_of(sums)
    assert secret not in told
    assert 'route="/security/{claim:str}",status="2xx"} 1.0' in told
    assert told.count("strongroom_requests_total{") == 2


def test_a_failing_stream_shows_without_its_organization() -> None:
    """Streams are counted by state; of the failing ones the longest is told."""
    failing = {"failing_since": NOW - timedelta(hours=2), "failure": "away"}
    streams = [stream(failing), stream({}), stream({**failing, **PAUSED})]
    told = text_of(Streams(streams, NOW))
    assert 'strongroom_log_streams{state="failing"} 1.0' in told
    assert 'strongroom_log_streams{state="current"} 1.0' in told
    assert 'strongroom_log_streams{state="paused"} 1.0' in told
    assert "strongroom_log_stream_failing_seconds 7200.0" in told
    assert str(streams[0].organization_id) not in told
    assert "SIEM" not in told
    assert "_failing_seconds 0.0" in text_of(Streams([stream({})], NOW))


async def test_overdue_requests_are_counted(room: Strongroom, privacy: Privacy) -> None:
    """A waiting one in time and one past its month are told apart."""
    account = new_id()
    async with room.db.system(reason="test") as tx:
        await tx.execute(
            "insert into strongroom.accounts (id, email) values ($1, $2)",
            account,
            f"{account.hex}@example.org",
        )
        for kind, state, days in (
            ("access", "open", 1),
            ("access", "open", -1),
            ("access", "done", -1),
        ):
            await tx.execute(
                "insert into strongroom.privacy_requests (id, account_id, kind, state,"
                " due_at, words) values ($1, $2, $3, $4, now() + $5::interval, 'x')",
                new_id(),
                account,
                kind,
                state,
                timedelta(days=days),
            )
    told = text_of(Requests(*await Desk(privacy).waiting()))
    assert 'strongroom_privacy_requests{due="in time"} 1.0' in told
    assert 'strongroom_privacy_requests{due="overdue"} 1.0' in told


def test_an_old_backup_shows() -> None:
    """The age of a good one is told; a failed drill has none, and is told as failed."""
    good, bad = ended("backup", "done"), ended("drill", "failed")
    told = text_of(Ages(BackupStatus(good, bad, bad, is_late=True), NOW))
    assert 'strongroom_backup_age_seconds{kind="backup"} 86400.0' in told
    assert 'kind="drill"' not in told
    assert "strongroom_backup_overdue 1.0" in told
    assert "strongroom_backup_failed 1.0" in told
    fresh = text_of(Ages(BackupStatus(None, None, None, is_late=False), NOW))
    assert "strongroom_backup_age_seconds{" not in fresh
    assert "strongroom_backup_failed 0.0" in fresh


def ended(kind: Any, result: Any) -> BackupRun:
    """Return a run that ended a day ago."""
    return replace(new_run(kind), finished_at=NOW - timedelta(days=1), result=result)


def stream(more: Mapping[str, Any]) -> LogStream:
    """Return a stream that stands well, but for *more*."""
    plain = dict.fromkeys(("failure", "failing_since", "delivered_at", "paused_at"))
    whole: dict[str, Any] = {
        "id": new_id(),
        "organization_id": new_id(),
        "name": "SIEM",
        "origin": "https://localhost",
        "form": "entries",
        "next_leaf": 0,
        "behind": 0,
        "attempts": 0,
        "next_attempt_at": NOW,
        "created_at": NOW,
    }
    return LogStream(**{**whole, **plain, **more})


def counted(text: str) -> float:
    """Return how many unmatched requests were refused."""
    return sum(
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "strongroom_requests_total"
        and sample.labels == {"route": "unmatched", "status": "4xx"}
    )
