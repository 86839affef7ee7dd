"""Edge pass: the same bare application alone, behind ours, and behind the usual five.

All three on Granian with one worker; what stands before the application is all that
differs.
"""

import sys
from contextlib import ExitStack
from pathlib import Path

from .goals import BARE_ASGI, EDGE_PASS, FIVE, OURS
from .install import installed
from .load import Visit, sample_in_turns
from .models import Plan, Sample
from .servers import running
from .targets import GRANIAN, HERE, PEERS, Server


SOURCE = PEERS / "five_middlewares"


def sample(plan: Plan) -> list[Sample]:
    """Return the samples of all three."""
    servers = [_bare(), _five(), *([_ours()] if plan.with_ours else [])]
    with ExitStack() as stack:
        visits = {
            server.name: Visit(
                stack.enter_context(
                    running(server, plan.server_processor, plan.scratch)
                ),
                "/",
                plan.scratch,
            )
            for server in servers
        }
        return sample_in_turns(plan, EDGE_PASS, visits)


def _bare() -> Server:
    return Server(BARE_ASGI, (_granian(sys.prefix), *GRANIAN, "bare:app"), SOURCE)


def _five() -> Server:
    prefix = installed("five_middlewares")
    return Server(FIVE, (_granian(prefix), *GRANIAN, "five:app"), SOURCE)


def _ours() -> Server:
    factory = ("--factory", "bench.ours:edge_app")
    return Server(OURS, (_granian(sys.prefix), *GRANIAN, *factory), HERE.parent)


def _granian(prefix: str | Path) -> str:
    return str(Path(prefix) / "bin" / "granian")
