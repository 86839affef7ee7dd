"""One gate: units are spent atomically, for whoever a subject is called."""

import asyncio
from uuid import UUID

import pytest

from strongroom.kernel import Budget, Caller, Origin, new_id, utc_now
from strongroom.limits import (
    Attempt,
    Charge,
    Limit,
    LimitReached,
    Limits,
    LimitsSettings,
    Pace,
    standing_of,
)
from strongroom.room import Strongroom


TEN = Limit("test", Budget(10, 300))


def charge(limit: Limit = TEN) -> Charge:
    """Return a charge of a subject that nobody has met."""
    return Charge(limit, new_id().hex)


async def test_a_budget_gives_what_it_says_and_not_one_more(room: Strongroom) -> None:
    """Ten pass, the eleventh is told how long one unit takes."""
    spent = charge()
    left = [standing_of(*await room.limits.spend(spent)).left for _ in range(10)]
    assert left == list(range(9, -1, -1))
    with pytest.raises(LimitReached) as refused:
        await room.limits.spend(spent)
    assert refused.value.status == 429
    assert 25 <= (refused.value.retry_after or 0) <= 30
    await room.limits.spend(charge())  # Somebody else is not held up.


async def test_twenty_race_for_the_last_unit(room: Strongroom) -> None:
    """Exactly one of them gets it, through two gates as two processes have them."""
    spent = charge()
    other = Limits(room.db, room.keys.derive("limits"), room.limits.settings)
    for _ in range(9):
        await room.limits.spend(spent)
    gates = [room.limits, other] * 10
    ended = await asyncio.gather(
        *(gate.spend(spent) for gate in gates), return_exceptions=True
    )
    assert sum(not isinstance(each, BaseException) for each in ended) == 1
    assert sum(isinstance(each, LimitReached) for each in ended) == 19


async def test_a_unit_that_is_given_back_is_there_again(room: Strongroom) -> None:
    """Given back once, it can be spent once."""
    spent = charge(Limit("test", Budget(1, 300)))
    await room.limits.spend(spent)
    await room.limits.give_back(spent)
    await room.limits.spend(spent)
    with pytest.raises(LimitReached):
        await room.limits.spend(spent)


async def test_of_two_limits_the_first_spares_the_second(room: Strongroom) -> None:
    """Spent in turn: who is refused by the first costs nothing of the second."""
    one, ten = charge(Limit("test", Budget(1, 300))), charge()
    spent = await room.limits.spend_in_turn(one, ten)
    assert [standing_of(*each).left for each in spent] == [0, 9]
    for _ in range(3):
        with pytest.raises(LimitReached) as refused:
            await room.limits.spend_in_turn(one, ten)
        assert refused.value.spent[0] == one.limit
    assert standing_of(*await room.limits.spend(ten)).left == 8


async def test_of_two_limits_the_second_refuses_too(room: Strongroom) -> None:
    """A unit of the first is gone then, as if they had been asked one by one."""
    one, ten = charge(Limit("test", Budget(1, 300))), charge()
    await room.limits.spend(one)
    with pytest.raises(LimitReached) as refused:
        await room.limits.spend_in_turn(ten, one)
    assert refused.value.spent[0] == one.limit
    assert standing_of(*await room.limits.spend(ten)).left == 8


async def test_ten_race_for_both_of_two_limits(room: Strongroom) -> None:
    """Through two gates, exactly as many pass as the scarcer limit has."""
    five, ten = charge(Limit("test", Budget(5, 300))), charge()
    other = Limits(room.db, room.keys.derive("limits"), room.limits.settings)
    ended = await asyncio.gather(
        *(gate.spend_in_turn(five, ten) for gate in [room.limits, other] * 5),
        return_exceptions=True,
    )
    assert sum(not isinstance(each, BaseException) for each in ended) == 5
    assert sum(isinstance(each, LimitReached) for each in ended) == 5
    assert standing_of(*await room.limits.spend(ten)).left == 4


async def test_a_clock_that_was_set_back_locks_nobody_out(room: Strongroom) -> None:
    """A row further ahead than any window allows begins anew."""
    spent = charge()
    await room.limits.spend(spent)
    async with room.db.system(reason="move a limit where a test needs it") as tx:
        await tx.execute("update strongroom.limit_budgets set due = due + 86400")
    assert standing_of(*await room.limits.spend(spent)).left == 9


async def test_spellings_of_an_address_share_a_budget(room: Strongroom) -> None:
    """Case, space and Unicode variants of one address are one."""
    name = new_id().hex
    spellings = (
        f"{name}@example.org",
        f" {name.upper()}@EXAMPLE.org ",
        f"{name}\N{FULLWIDTH COMMERCIAL AT}example.org",
    )
    quota = room.limits.settings.guesses.quota
    for number in range(quota):
        await room.limits.admit_guess(spellings[number % 3], None)
    for spelling in spellings:
        with pytest.raises(LimitReached):
            await room.limits.admit_guess(spelling, None)


async def test_strangers_do_not_lock_a_known_device_out(room: Strongroom) -> None:
    """The device's own budget is whole; a forged or foreign device has none."""
    email = f"{new_id().hex}@example.org"
    device = room.limits.new_device(email).reveal()
    for _ in range(room.limits.settings.guesses.quota):
        await room.limits.admit_guess(email, None)
    foreign = room.limits.new_device("other@example.org").reveal()
    for shown in (None, "", "a.b.c", foreign, f"{device}0", device[:-1]):
        with pytest.raises(LimitReached):
            await room.limits.admit_guess(email, shown)
    await room.limits.admit_guess(email, device)


async def test_mail_to_nobody_is_not_counted(room: Strongroom) -> None:
    """What leaves the house is bounded; what cannot leave it is not."""
    email = f"{new_id().hex}@example.org"
    for _ in range(room.limits.settings.mails.quota):
        await room.limits.admit_mail(email)
        await room.limits.admit_mail("canary@example.invalid")
    with pytest.raises(LimitReached):
        await room.limits.admit_mail(email)
    await room.limits.admit_mail("canary@example.invalid")


def member_of(organization_id: UUID) -> Caller:
    """Return somebody new who works in an organization."""
    return Caller(
        session_id=new_id(),
        account_id=new_id(),
        email=f"{new_id().hex}@example.invalid",
        organization_id=organization_id,
        organization_name="Canary Works",
        role="owner",
        expires_at=utc_now(),
    )


async def invite(gate: Limits, caller: Caller, address: str = "example.org") -> None:
    """Spend what a mail to somebody whom nobody wrote to costs."""
    await gate.admit_mail(f"{new_id().hex}@{address}", caller)


async def test_invitations_end_at_a_budget_of_their_own(room: Strongroom) -> None:
    """One account uses up its own; all accounts together use up the organization's."""
    settings = LimitsSettings(
        invitations=Budget(2, 3600), organization_invitations=Budget(5, 3600)
    )
    gate = Limits(room.db, room.keys.derive("limits"), settings)
    where = new_id()
    first, second, third = (member_of(where) for _ in range(3))
    for each in (first, first, second, second, third):
        await invite(gate, each)
    for each, name in ((first, "account"), (third, "organization")):
        with pytest.raises(LimitReached) as refused:
            await invite(gate, each)
        assert refused.value.spent[0].name == f"invitation:{name}"
        await invite(gate, each, "example.invalid")  # Nobody gets that one.
    await invite(gate, member_of(new_id()))


async def test_past_rows_are_forgotten(room: Strongroom) -> None:
    """A budget that is whole again needs no row."""
    await room.limits.spend(charge(Limit("test", Budget(1, 1e-6))))
    assert await room.limits.forget_past() >= 1


async def test_wrong_second_factors_raise_one_alarm(room: Strongroom) -> None:
    """As many as the profile says raise it; one fewer does not, and more add none."""
    attempt = Attempt(f"{new_id().hex}@example.org", Origin("192.0.2.7"))
    quota = room.limits.settings.factors_alarm.quota
    before = room.alarms.raised["second-factor"]
    for _ in range(quota - 1):
        await room.alarms.note_wrong_factor(attempt)
    assert room.alarms.raised["second-factor"] == before
    for _ in range(3):
        await room.alarms.note_wrong_factor(attempt)
    assert room.alarms.raised["second-factor"] == before + 1


@pytest.mark.parametrize(
    ("email", "address", "level"),
    [
        ("of-nobody@strongroom.invalid", "127.4.5.6", "INFO"),
        ("of-nobody@strongroom.invalid", "127.0.0.1", "WARNING"),
        ("of-nobody@strongroom.invalid", "192.0.2.7", "WARNING"),
        ("somebody@example.org", "127.4.5.6", "WARNING"),
    ],
)
async def test_what_a_proof_rehearses_is_no_warning(
    room: Strongroom,
    caplog: pytest.LogCaptureFixture,
    email: str,
    address: str,
    level: str,
) -> None:
    """Nobody else passes for one: neither by a canary's name, nor behind a proxy."""
    caplog.set_level("INFO", "strongroom.limits")
    before = room.alarms.raised["account-frozen"]
    await room.alarms.note_frozen(Attempt(email, Origin(address)))
    assert [each.levelname for each in caplog.records] == [level]
    warned = level == "WARNING"
    assert ("rehearses" not in caplog.text) == warned
    assert room.alarms.raised["account-frozen"] - before == warned


def test_a_process_keeps_time_for_itself() -> None:
    """Units come back one by one as time goes on, and never more than the quota."""
    now = [100.0]
    pace, budget = Pace(lambda: now[0]), Budget(2, 10)
    assert pace.spend("k", budget) <= 0
    assert pace.spend("k", budget) <= 0
    assert pace.spend("k", budget) == pytest.approx(5)
    now[0] += 5
    assert pace.spend("k", budget) <= 0
    assert pace.spend("k", budget) > 0
    now[0] += 1000
    assert [pace.spend("k", budget) > 0 for _ in range(3)] == [False, False, True]


def test_a_process_remembers_only_so_many() -> None:
    """A flood of names does not fill the memory."""
    pace = Pace(lambda: 0.0, most=100)
    for number in range(1000):
        pace.spend(number, Budget(1, 60))
    assert len(pace._due) <= 100


def test_guessing_cannot_be_made_cheap() -> None:
    """More wrong passwords than NIST allows are no setting."""
    with pytest.raises(ValueError, match="at most 100"):
        LimitsSettings(guesses=Budget(101, 60))


async def test_every_shape_has_a_budget_and_words(room: Strongroom) -> None:
    """One that is counted is listed too, so that the page of alarms can tell of it."""
    known = {"many-accounts", "many-addresses", "second-factor", "copied-passkey"}
    assert set(room.alarms.budgets()) == known
