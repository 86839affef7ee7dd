"""How things stand when Prometheus asks: claims, their evidence, waiting mail."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily, Metric

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
