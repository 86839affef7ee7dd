"""Session check: an authenticated GET that returns the user, asked of the database.

Every session is one of 64, twice as many as there are connections, so that requests
in flight together never share one and a server that joins look-ups gains nothing
from asking the same question twice.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial

from . import ours
from .databases import run, scratch_database
from .errors import NotStrict
from .goals import SESSION_CHECK
from .load import Visit, sample_in_turns
from .models import Plan, Sample
from .probe import ask
from .servers import running
from .session_peers import better_auth, fastapi_users
from .targets import SessionTarget


SESSIONS = 64

Target = Callable[[str], SessionTarget]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A target that is up, and how to visit it as its signed-in user."""

    target: SessionTarget
    visit: Visit
    database_url: str


def sample(plan: Plan) -> list[Sample]:
    """Return every target's samples, each proved strict before and after.

    Raises:
        NotStrict: one answered a stranger, or a session already revoked.

    """
    peers: dict[str, Target] = {
        "better_auth": better_auth,
        "fastapi_users": fastapi_users,
    }
    own = {"ours": partial(ours.session_server, scratch=plan.scratch)}
    return check(plan, SESSION_CHECK, own | peers if plan.with_ours else peers)


def check(plan: Plan, entry: str, targets: Mapping[str, Target]) -> list[Sample]:
    """Return the samples of *targets*, all of them up, each proved strict.

    Raises:
        NotStrict: one answered a stranger, or a session already revoked.

    """
    with ExitStack() as stack:
        ready = [
            stack.enter_context(_on_its_own_database(plan, *one))
            for one in targets.items()
        ]
        visits = {one.target.server.name: one.visit for one in ready}
        samples = sample_in_turns(plan, entry, visits)
        for one in ready:
            _require_revocation(one)
    return samples


@contextmanager
def signed_in(
    plan: Plan, target: SessionTarget, database_url: str
) -> Iterator[SignedIn]:
    """Start *target*, sign its user in, and check that strangers are refused."""
    with running(target.server, plan.server_processor, plan.scratch) as address:
        cookies = target.cookies(address, SESSIONS)
        sent = (target.headers, cookies, target.expected)
        visit = Visit(address, target.path, plan.scratch, *sent)
        _require_its_user_alone(target, visit)
        yield SignedIn(target, visit, database_url)


@contextmanager
def _on_its_own_database(plan: Plan, name: str, target: Target) -> Iterator[SignedIn]:
    with (
        scratch_database(plan.database_url, name) as url,
        signed_in(plan, target(url), url) as ready,
    ):
        yield ready


def _require_its_user_alone(target: SessionTarget, visit: Visit) -> None:
    stranger = ask(visit.address, visit.path, visit.headers)
    if not target.is_refusal(stranger):
        _refuse(target, f"answered a stranger with {stranger.status}")
    if len(set(visit.cookies)) != SESSIONS:
        _refuse(target, f"gave {len(set(visit.cookies))} sessions, not {SESSIONS}")
    for cookie in visit.cookies:
        answer = ask(visit.address, visit.path, {**visit.headers, "Cookie": cookie})
        if answer.status != target.expected or not target.is_its_user(answer):
            _refuse(target, f"answered its user with {answer.status}")


def _require_revocation(one: SignedIn) -> None:
    """Revoke in the database, behind the server's back; the next request must fail."""
    run(one.database_url, one.target.revoke)
    head = {**one.visit.headers, "Cookie": one.visit.cookies[0]}
    answer = ask(one.visit.address, one.visit.path, head)
    if not one.target.is_refusal(answer):
        _refuse(one.target, f"answered a revoked session with {answer.status}")


def _refuse(target: SessionTarget, what: str) -> None:
    message = f"{target.server.name} {what}"
    raise NotStrict(message)
