"""Alarms for programs."""

from datetime import datetime

from strongroom.kernel import Caller
from strongroom.web import Answered, Given, read

from .models import Alarm
from .service import Alarms


class AlarmAnswered(Answered, frozen=True):
    """An attack that was noticed."""

    id: str
    shape: str
    """``many-accounts``, ``many-addresses``, ``second-factor``, ``copied-passkey``,
    ``account-frozen``, ``reused-token``."""

    seen: int
    budget: str
    account_id: str | None
    address: str | None
    occurred_at: datetime | None


class AlarmsAnswered(Answered, frozen=True):
    """The newest alarms of an organization."""

    alarms: list[AlarmAnswered]


@read("/alarms", action="alarm.read")
async def alarms(alarms: Given[Alarms], caller: Given[Caller]) -> AlarmsAnswered:
    """List the attacks that were noticed on the caller's organization, newest first."""
    return AlarmsAnswered([_answer(a) for a in await alarms.of(caller.organization_id)])


def _answer(alarm: Alarm) -> AlarmAnswered:
    return AlarmAnswered(
        id=str(alarm.id),
        shape=alarm.shape,
        seen=alarm.seen,
        budget=alarm.budget,
        account_id=alarm.account_id,
        address=alarm.address,
        occurred_at=alarm.occurred_at,
    )
