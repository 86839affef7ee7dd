"""Sign-in: what it takes beyond its hash, and what it leaves to everybody else.

One client signs in again and again, beside the bare hash on the same processor; then
session checks are counted while nobody signs in, and while four clients do.
"""

from collections.abc import Callable, Sequence
from functools import partial

from . import ours
from .clients import bare_hashes, one_by_one, signing_in
from .compare import in_turns
from .databases import scratch_database
from .goals import BARE_HASH, BUSY, QUIET, SIGN_IN, SIGNING_IN
from .load import Visit, measure
from .models import Plan, Sample
from .session_check import signed_in
from .targets import Post


CLIENTS = 4


def sample(plan: Plan) -> list[Sample]:
    """Return our samples; no peer takes part here."""
    if not plan.with_ours:
        return []
    with scratch_database(plan.database_url, "sign_in") as url:
        target = ours.sign_in_server(url, plan.scratch)
        with signed_in(plan, target.session, url) as ready:
            posts = target.requests(ready.visit.address, CLIENTS)
            ways = _ways(plan, ready.visit, posts)
            turns = in_turns(list(ways), plan.rounds)
            return [ways[name](number) for number, name in turns]


def _ways(
    plan: Plan, visit: Visit, posts: Sequence[Post]
) -> dict[str, Callable[[int], Sample]]:
    return {
        BARE_HASH: partial(bare_hashes, plan.server_processor),
        SIGN_IN: partial(one_by_one, visit.address, posts[0]),
        QUIET: partial(_checks, plan, visit, QUIET),
        BUSY: partial(_checks_meanwhile, plan, visit, posts),
    }


def _checks(plan: Plan, visit: Visit, target: str, number: int) -> Sample:
    return measure(visit, plan.seconds, entry=SIGNING_IN, target=target, number=number)


def _checks_meanwhile(
    plan: Plan, visit: Visit, posts: Sequence[Post], number: int
) -> Sample:
    with signing_in(visit.address, posts):
        return _checks(plan, visit, BUSY, number)
