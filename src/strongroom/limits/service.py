"""Limits: the one gate for how often, and the eyes that see an attack.

Guards against guessing, floods and mail that strangers cause, across all processes:
a unit is spent before the work is done, in one atomic statement that no rollback of
the request undoes. It does not know who is right; an owner on a known device has a
budget that no stranger can use up.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from contextlib import suppress
from uuid import UUID

from strongroom.audit import HOUSE, AuditLog, Entry, EntryFilter, Target
from strongroom.crypto import new_token
from strongroom.db import Database, DatabaseUnavailable, Turns
from strongroom.kernel import Budget, Caller, Origin, Secret, new_id
from strongroom.organizations import Organizations
from strongroom.outbox import Outbox, leaves_the_house

from . import events, policy, store
from .errors import LimitReached
from .models import Alarm, Attempt, Charge, Limit, Spent, Words
from .policy import Shape
from .settings import LimitsSettings


log = logging.getLogger("strongroom.limits")

MOST_KEYS = 100_000
"""That one process remembers; beyond it the longest known are forgiven."""

ONCE_A_MINUTE = Budget(1, 60)
MOST_ALARMS_SHOWN = 100


class Pace:
    """Budgets in the memory of one process."""

    __slots__ = ("_clock", "_due", "_most")

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, most: int = MOST_KEYS
    ) -> None:
        """Remember at most so many keys, by a *clock* in seconds."""
        self._clock, self._most = clock, most
        self._due: dict[Hashable, float] = {}

    def spend(self, key: Hashable, budget: Budget) -> float:
        """Spend one unit; return a wait above zero where there was none.

        Otherwise the negative of how many seconds' worth are left.
        """
        now = self._clock()
        due = self._due.get(key)
        if due is None:
            due = now
            if len(self._due) >= self._most:
                self._forget(now)
        elif due < now:
            due = now
        due += budget.interval
        wait = due - now - budget.window
        if wait > 1e-6:  # noqa: PLR2004 - a microsecond is rounding.
            return wait
        self._due[key] = due
        return wait if wait < 0 else 0.0

    def _forget(self, now: float) -> None:
        """Drop whose budget is whole, and the longest known if that is not enough."""
        left = {key: due for key, due in self._due.items() if due > now}
        for key in list(left)[: len(left) - self._most // 2]:
            del left[key]
        self._due = left


class Limits:
    """The gate."""

    def __init__(self, db: Database, secret: bytes, settings: LimitsSettings) -> None:
        """Count in *db*, under keys made by *secret*, as *settings* say."""
        self._db, self._secret = db, secret
        self._pace, self._told = Pace(), Pace()
        self._by_budget: dict[Budget, Turns[bytes, float]] = {}
        self.follow(settings)

    def follow(self, settings: LimitsSettings) -> None:
        """Decide as *settings* say from now on."""
        self.settings = settings
        self._reads = policy.LimitsByAction(settings, writes=False)
        self._writes = policy.LimitsByAction(settings, writes=True)

    async def spend(self, charge: Charge) -> Spent:
        """Spend one unit for all processes.

        Raises:
            LimitReached: there is none left.
            DatabaseUnavailable: nobody can tell, and the limit then refuses.

        """
        key = policy.key_of(self._secret, charge.limit, charge.subject)
        try:
            wait = await self._turns(charge.limit.budget).find(key)
        except DatabaseUnavailable:
            wait = self._spend_alone(charge)
        if wait is None:  # Nobody said yes.
            raise DatabaseUnavailable
        return self._decided(charge.limit, charge.subject, wait)

    async def spend_in_turn(self, first: Charge, second: Charge) -> list[Spent]:
        """Spend one unit of each for all processes, in one trip.

        Where there is none of *first*, none of *second* is spent.

        Raises:
            LimitReached: there is none left of one.
            DatabaseUnavailable: nobody can tell, and the limit then refuses.

        """
        door = self._db.aside(reason="count against a limit")
        both = (first, second)
        try:
            waits: Iterable[float] = await store.spend_in_turn(
                door, *map(self._share, both)
            )
        except DatabaseUnavailable:
            waits = map(self._spend_alone, both)
        # One by one: what refuses keeps the next from being spent, here as there.
        return [
            self._decided(charge.limit, charge.subject, wait)
            for charge, wait in zip(both, waits, strict=False)
        ]

    async def give_back(self, charge: Charge) -> None:
        """Put a unit back that turned out to be none of what the limit counts."""
        key = policy.key_of(self._secret, charge.limit, charge.subject)
        door = self._db.aside(reason="count against a limit")
        await store.give_back(door, key, charge.limit.budget.interval)

    def admit_read(
        self, action: str, origin: Origin, caller: Caller | None
    ) -> list[Spent]:
        """Let one reading use of a route pass, by the memory of this process.

        Whose it is tells *caller* or *origin*.

        Raises:
            LimitReached: the budget is used up.

        """
        who = caller.account_id if caller else policy.visitor_of(origin.address)
        limit = self._reads[action]
        wait = self._pace.spend((action, who), limit.budget)
        return [(limit, wait) if wait <= 0 else self._decided(limit, who, wait)]

    async def admit_write(
        self, action: str, origin: Origin, caller: Caller | None
    ) -> list[Spent]:
        """Let one writing use of a route pass, counted for all processes.

        Whose it is tells *caller* or *origin*.

        Raises:
            LimitReached: a budget is used up.
            DatabaseUnavailable: nobody can tell, and the limit then refuses.

        """
        who = str(caller.account_id) if caller else policy.visitor_of(origin.address)
        charge = Charge(self._writes[action], who)
        if caller is None:
            return [await self.spend(charge)]
        whole = policy.organization_limit(action, self.settings)
        theirs = Charge(whole, str(caller.organization_id))
        return await self.spend_in_turn(charge, theirs)

    async def admit_guess(self, email: str, device: str | None) -> Charge:
        """Let one password be looked at; give the charge back if it was right.

        Raises:
            LimitReached: a budget is used up.
            DatabaseUnavailable: nobody can tell.

        """
        limit = policy.guesses_limit(self.settings)
        known = policy.find_device(self._secret, email, device, int(time.time()))
        if known is not None:
            charge = Charge(limit, f"{policy.subject_of(email)} {known}")
            await self.spend(charge)
            return charge
        charge = Charge(limit, policy.subject_of(email))
        everybody = Charge(policy.everybody_limit(self.settings), "everybody")
        await self.spend_in_turn(charge, everybody)
        return charge

    async def admit_mail(self, recipient: str, inviter: Caller | None = None) -> None:
        """Let a stranger, or an *inviter*, cause one mail to *recipient*.

        What never leaves the house molests nobody, and is not counted. An invitation is
        counted for the account and for its organization as well.

        Raises:
            LimitReached: there were too many.
            DatabaseUnavailable: nobody can tell.

        """
        subject = policy.subject_of(recipient)
        if not leaves_the_house(subject):
            return
        if inviter is not None:
            charges = policy.invitation_charges(inviter, self.settings)
            await self.spend_in_turn(*charges)
        await self.spend(Charge(policy.mails_limit(self.settings), subject))

    def new_device(self, email: str) -> Secret:
        """Return what a device shows from now on that signed in as *email*."""
        issued, device = int(time.time()), new_id().hex
        return Secret(policy.device_token(self._secret, email, device, issued))

    def knows(self, email: str, device: str | None) -> bool:
        """Say whether *device* is shown by a browser that signed in as *email*."""
        now = int(time.time())
        return policy.find_device(self._secret, email, device, now) is not None

    async def sight(self, shape: Shape, subject: str, other: str) -> int:
        """Note that *subject* was seen with *other*; return with how many of late."""
        budget: Budget = getattr(self.settings, shape.setting)
        limit = Limit(shape.name, budget)
        key = policy.key_of(self._secret, limit, subject)
        seen_with = policy.key_of(self._secret, limit, other)
        door = self._db.aside(reason="look for an attack")
        return await store.sight(door, key, seen_with, budget.window)

    async def forget_past(self) -> int:
        """Remove what no longer decides anything; return how many rows."""
        door = self._db.system(reason="forget limits that are whole again")
        return await store.forget_past(door)

    def _turns(self, budget: Budget) -> Turns[bytes, float]:
        """Return what asks for all who spend from *budget* at the same moment."""
        turns = self._by_budget.get(budget)
        if turns is None:

            async def spend(keys: list[bytes]) -> dict[bytes, float]:
                door = self._db.aside(reason="count against a limit")
                return await store.spend(door, keys, budget.interval, budget.window)

            turns = self._by_budget[budget] = Turns(spend)
        return turns

    def _share(self, charge: Charge) -> store.Share:
        budget = charge.limit.budget
        key = policy.key_of(self._secret, charge.limit, charge.subject)
        return store.Share(key, budget.interval, budget.window)

    def _spend_alone(self, charge: Charge) -> float:
        """Spend a unit by the memory of this process, while the database is away.

        Raises:
            DatabaseUnavailable: the limit refuses then.

        """
        if charge.limit.outage == "refuse":
            raise DatabaseUnavailable
        key = policy.key_of(self._secret, charge.limit, charge.subject)
        return self._pace.spend(key, charge.limit.budget)

    def _decided(self, limit: Limit, subject: Hashable, wait: float) -> Spent:
        if wait <= 0:
            return limit, wait
        refused = LimitReached((limit, wait), policy.standing_of(limit, wait).seconds)
        # A flood must not fill the log: one entry a minute tells as much.
        key = (limit.name, subject)
        refused.on_record = self._told.spend(key, ONCE_A_MINUTE) > 0
        raise refused


class Alarms:
    """Sees the shapes of attacks, and tells whoever is concerned."""

    def __init__(
        self,
        db: Database,
        limits: Limits,
        audit: AuditLog,
        organizations: Organizations,
        outbox: Outbox,
        words: Words,
    ) -> None:
        """Count by *limits*, record in *audit*, write to owners by *outbox*."""
        self._db, self._limits, self._audit, self._words = db, limits, audit, words
        self._organizations, self._outbox = organizations, outbox
        self.raised: Counter[str] = Counter()
        """How many this process has raised, by shape."""

    async def note_wrong_password(self, attempt: Attempt) -> None:
        """Look at a wrong password from both sides: its address and its account."""
        address = policy.visitor_of(attempt.origin.address)
        email = policy.subject_of(attempt.email)
        await self._look(policy.ACCOUNTS, address, email, attempt)
        await self._look(policy.ADDRESSES, email, address, attempt)

    async def note_wrong_factor(self, attempt: Attempt) -> None:
        """Look at a wrong second factor, which comes after a right password."""
        email = policy.subject_of(attempt.email)
        await self._look(policy.FACTORS, email, new_token(), attempt)

    async def note_copied_passkey(self, attempt: Attempt) -> None:
        """Look at a passkey that counted less than before."""
        email = policy.subject_of(attempt.email)
        await self._look(policy.COPIES, email, new_token(), attempt)

    async def note_frozen(self, attempt: Attempt) -> None:
        """Tell of an account whose owner says that somebody else was in it."""
        await self._raise(policy.FROZEN, 1, attempt)

    async def note_reused_token(self, attempt: Attempt) -> None:
        """Tell of a refresh token that came again: a copy of it is about."""
        await self._raise(policy.REUSED, 1, attempt)

    async def of(self, organization_id: UUID) -> list[Alarm]:
        """Return the newest alarms of an organization."""
        wanted = EntryFilter(action=events.ALARM)
        page = await self._audit.page(organization_id, wanted, limit=MOST_ALARMS_SHOWN)
        return [_alarm(entry) for entry in page.entries]

    def budgets(self) -> dict[str, Budget]:
        """Return by shape from when on somebody is told."""
        settings = self._limits.settings
        shapes = policy.SHAPES.items()
        return {name: getattr(settings, each.setting) for name, each in shapes}

    async def _look(
        self, shape: Shape, subject: str, other: str, attempt: Attempt
    ) -> None:
        budget: Budget = getattr(self._limits.settings, shape.setting)
        seen = await self._limits.sight(shape, subject, other)
        if seen < budget.quota:
            return
        once = Limit(f"alarm:{shape.name}", Budget(1, budget.window))
        with suppress(LimitReached):  # Somebody was told already, in this window.
            await self._limits.spend(Charge(once, subject))
            await self._raise(shape, seen, attempt)

    async def _raise(self, shape: Shape, seen: int, attempt: Attempt) -> None:
        """Tell log and metrics, and those whose account it is about.

        What a proof rehearses wakes no operator: it is no warning, and is not counted.
        """
        address, rehearsed = attempt.origin.address, policy.is_rehearsal(attempt)
        self.raised[shape.name] += not rehearsed
        level = logging.INFO if rehearsed else logging.WARNING
        log.log(level, policy.line_of(shape, seen, address, rehearsed=rehearsed))
        # Many accounts from one address are no single organization's matter.
        concerned = attempt.organization_ids if shape is not policy.ACCOUNTS else ()
        for organization_id in concerned or (None,):
            await self._tell(shape, seen, attempt, organization_id)

    async def _tell(
        self, shape: Shape, seen: int, attempt: Attempt, organization_id: UUID | None
    ) -> None:
        budget = self._budget_of(shape)
        about = str(attempt.account_id) if attempt.account_id else None
        entry = Entry(
            events.ALARM,
            HOUSE,
            Target("account", about) if organization_id else Target("address"),
            organization_id,
            origin=attempt.origin,
            details={"shape": shape.name, "seen": seen, "budget": str(budget)},
        )
        mail = policy.mail_about(self._words, shape, seen, budget)
        owners = await self._owners(organization_id) if organization_id else []
        async with self._db.system(reason="tell of an attack") as tx:
            await self._audit.record(tx, entry)
            for owner in owners:
                await self._outbox.post(tx, owner, *mail)

    def _budget_of(self, shape: Shape) -> Budget:
        if shape.name in policy.AT_ONCE:
            return policy.ONCE
        budget: Budget = getattr(self._limits.settings, shape.setting)
        return budget

    async def _owners(self, organization_id: UUID) -> list[str]:
        members = await self._organizations.members(organization_id)
        return [each.email for each in members if each.role == "owner"]


def _alarm(entry: Entry) -> Alarm:
    return Alarm(
        id=entry.id,
        shape=str(entry.details["shape"]),
        seen=int(entry.details["seen"]),
        budget=str(entry.details["budget"]),
        account_id=entry.target.id,
        address=entry.origin.address,
        occurred_at=entry.occurred_at,
    )
