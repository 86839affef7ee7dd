"""How things stand when Prometheus asks: claims, mail, streams, requests, backups.

Guards against numbers that point at somebody: no label is an organization or a person.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import get_args

from prometheus_client.core import GaugeMetricFamily, Metric

from strongroom.backups import BackupStatus
from strongroom.streams import LogStream, StreamState
from strongroom.trust import Standing


class Standings:
    """A collector of what the security page says."""

    def __init__(self, standings: Sequence[Standing], now: datetime) -> None:
        """Tell of *standings* as they are *now*."""
        self._standings, self._now = standings, now

    def collect(self) -> Iterator[Metric]:
        """Yield each claim's status, and the age of its newest evidence."""
        status = GaugeMetricFamily(
            "strongroom_claim_status", "1 for a status.", labels=["claim", "status"]
        )
        age = GaugeMetricFamily(
            "strongroom_evidence_age_seconds", "Since the last run.", labels=["claim"]
        )
        for each in self._standings:
            status.add_metric([each.claim.id, each.status.value], 1)
            if each.latest is not None:
                seconds = (self._now - each.latest.finished_at).total_seconds()
                age.add_metric([each.claim.id], seconds)
        yield from (status, age)


class Queue:
    """A collector of the mail that waits."""

    def __init__(self, waiting: int) -> None:
        """Tell of so many mails."""
        self._waiting = waiting

    def collect(self) -> Iterator[Metric]:
        """Yield their number."""
        yield GaugeMetricFamily(
            "strongroom_mails_waiting", "Mails to be sent.", value=self._waiting
        )


class Streams:
    """A collector of how the places stand to which logs are sent."""

    def __init__(self, streams: Sequence[LogStream], now: datetime) -> None:
        """Tell of *streams* of all organizations as they are *now*."""
        self._streams, self._now = streams, now

    def collect(self) -> Iterator[Metric]:
        """Yield how many are in each state, and how long the worst one fails."""
        states = Counter(each.state for each in self._streams)
        number = GaugeMetricFamily(
            "strongroom_log_streams", "Log streams.", labels=["state"]
        )
        for state in get_args(StreamState):
            number.add_metric([state], states[state])
        failing = [
            (self._now - each.failing_since).total_seconds()
            for each in self._streams
            if each.state == "failing" and each.failing_since
        ]
        yield number
        yield GaugeMetricFamily(
            "strongroom_log_stream_failing_seconds",
            "Since the longest failing log stream took anything.",
            value=max(failing, default=0.0),
        )


class Requests:
    """A collector of privacy requests that wait."""

    def __init__(self, in_time: int, overdue: int) -> None:
        """Tell of so many requests."""
        self._in_time, self._overdue = in_time, overdue

    def collect(self) -> Iterator[Metric]:
        """Yield how many are in time, and how many are overdue."""
        family = GaugeMetricFamily(
            "strongroom_privacy_requests", "Waiting privacy requests.", labels=["due"]
        )
        family.add_metric(["in time"], self._in_time)
        family.add_metric(["overdue"], self._overdue)
        yield family


class Ages:
    """A collector of how old the newest good backup and drill are."""

    def __init__(self, status: BackupStatus, now: datetime) -> None:
        """Tell of *status* as it is *now*."""
        self._status, self._now = status, now

    def collect(self) -> Iterator[Metric]:
        """Yield an age for each that there is, and whether one is overdue or failed."""
        age = GaugeMetricFamily(
            "strongroom_backup_age_seconds",
            "Since the newest one, if it went well.",
            labels=["kind"],
        )
        newest = {"backup": self._status.last, "drill": self._status.drilled}
        for kind, run in newest.items():
            if run is not None and run.result == "done" and run.finished_at is not None:
                seconds = (self._now - run.finished_at).total_seconds()
                age.add_metric([kind], seconds)
        yield age
        yield GaugeMetricFamily(
            "strongroom_backup_overdue",
            "1 while a backup or a drill is overdue.",
            value=float(self._status.is_late),
        )
        yield GaugeMetricFamily(
            "strongroom_backup_failed",
            "1 while the newest run is a failed one.",
            value=float(self._status.failed is not None),
        )
