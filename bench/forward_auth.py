"""Forward-auth: a program in another process asks over HTTP who makes a request.

As the session check, with the same load; ours is asked as a proxy asks it, whose word
about the forwarded request is checked too, and better-auth at its own endpoint.
"""

from functools import partial

from . import ours
from .goals import FORWARD_AUTH
from .models import Plan, Sample
from .session_check import Target, check
from .session_peers import better_auth_over_http


def sample(plan: Plan) -> list[Sample]:
    """Return both targets' samples, each proved strict before and after.

    Raises:
        NotStrict: one answered a stranger, or a session already deleted.

    """
    peers: dict[str, Target] = {"better_auth": better_auth_over_http}
    own = {"ours": partial(ours.forward_auth_server, scratch=plan.scratch)}
    return check(plan, FORWARD_AUTH, own | peers if plan.with_ours else peers)
