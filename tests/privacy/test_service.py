"""The end of periods, and what a legal hold keeps beyond it."""

from strongroom.db import Connection
from strongroom.kernel import Period
from strongroom.privacy import Desk, Privacy, Work
from strongroom.privacy.store import quoted

from .conftest import MakeSomebody


async def test_held_rows_outlive_their_period(
    owner: Connection, work: Work, privacy: Privacy, somebody: MakeSomebody
) -> None:
    """The retention job leaves a held person's old rows, and takes everybody else's."""
    one, other = await somebody(), await somebody()
    await Desk(privacy).hold(
        one.person.email, "strongroom.sessions", "a court order", "Ada"
    )
    await owner.execute(
        "update strongroom.sessions set expires_at = now() - interval '31 days'"
        " where account_id = any($1::uuid[])",
        [one.account_id, other.account_id],
    )
    await owner.execute("update strongroom.privacy_jobs set due_at = now()")
    await work.retention.turn()
    left = await owner.fetch(
        "select account_id from strongroom.sessions where account_id = any($1::uuid[])",
        [one.account_id, other.account_id],
    )
    assert {row["account_id"] for row in left} == {one.account_id}


async def test_each_class_ends_at_its_period(
    owner: Connection, work: Work, privacy: Privacy, somebody: MakeSomebody
) -> None:
    """Rows a minute past their period are gone after the job, younger ones stay."""
    one = await somebody()
    await owner.execute(
        "insert into strongroom.sign_ups (id, email, verifier, organization_name,"
        " created_at) values (gen_random_uuid(), 'old@x.invalid', 'v', 'o',"
        " now() - interval '1 day 1 minute'), (gen_random_uuid(), 'young@x.invalid',"
        " 'v', 'o', now() - interval '23 hours')"
    )
    await owner.execute("update strongroom.privacy_jobs set due_at = now()")
    await work.retention.turn()
    left = await owner.fetch("select email from strongroom.sign_ups")
    assert {row["email"] for row in left} >= {"young@x.invalid"}
    assert "old@x.invalid" not in {row["email"] for row in left}
    assert (await work.retention.job()).removed["strongroom.sign_ups"] >= 1
    assert (await one.app.get("/api/v1/session")).is_success
    for entry in privacy.registry.tables:
        if isinstance(entry.kept, Period) and entry.kept.by is None:
            past = await owner.fetchval(
                f"select count(*) from {quoted(entry.table)}"
                f" where {entry.kept.clock} < now() - $1::interval",
                entry.kept.under(privacy.registry.policy),
            )
            held = entry.table == "strongroom.sessions"
            assert past == 0 or held, entry.table


async def test_a_late_job_is_shown(owner: Connection, work: Work) -> None:
    """Two hours after it was due, the job is late; after it ran, it is not."""
    await owner.execute(
        "update strongroom.privacy_jobs set due_at = now() - interval '2 hours'"
    )
    assert (await work.retention.job()).is_late
    await work.retention.turn()
    job = await work.retention.job()
    assert not job.is_late
    assert not job.is_due
