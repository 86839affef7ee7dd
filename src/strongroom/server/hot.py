"""The session check, which other programs ask at every one of their own requests.

The same answer as the face of ``sessions``, without a framework around it.
"""

from urllib.parse import parse_qsl

import msgspec

from strongroom.access import require_action
from strongroom.kernel import Caller, Refusal, Unauthenticated
from strongroom.middleware import App, Receive, Scope, Send
from strongroom.sessions.manifest import answer_caller
from strongroom.web import (
    CALLER,
    MEDIA_TYPE,
    ORIGIN,
    PROBLEM,
    UNKNOWN,
    problem_body,
    require_none,
)

from .exact import Path
from .health import answer_json
from .problems import problem_of, refusal_headers


_encode = msgspec.json.Encoder().encode


def hot_answers() -> dict[Path, App]:
    """Return the answers that need a caller and nothing else."""
    return {("GET", "/api/v1/session"): answer_session}


async def answer_session(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001
    """Say who the session speaks for."""
    try:
        caller = require_reader(scope.get(CALLER))
        if scope["query_string"]:
            refuse_query(scope["query_string"])
    except Refusal as refused:
        await answer_refusal(scope, send, refused)
    else:
        await answer_json(send, _encode(answer_caller(caller)))


def refuse_query(query: bytes) -> None:
    """Refuse the parameters of an answer that takes none, as a face would.

    Raises:
        Invalid: it has some; each is told.

    """
    sent = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    require_none((name for name, _ in sent), UNKNOWN)


def require_reader(found: Caller | Refusal | None) -> Caller:
    """Return the caller, who may know who the session speaks for.

    Raises:
        Unauthenticated: nobody is signed in.
        Forbidden: an API key's scopes do not include it.
        DatabaseUnavailable: nobody can tell.

    """
    if found is None:
        raise Unauthenticated
    if isinstance(found, Refusal):
        raise found
    require_action(
        "session.read",
        found.role,
        signed_in=True,
        scopes=found.scopes,
        barred=found.barred,
        granted=found.granted,
    )
    return found


async def answer_refusal(scope: Scope, send: Send, refusal: Refusal) -> None:
    """Send *refusal* as a problem, from outside any framework."""
    scope[PROBLEM] = refusal.code
    body = problem_body(problem_of(refusal, scope[ORIGIN].request_id))
    headers = [
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
        *((n.encode(), v.encode()) for n, v in refusal_headers(refusal).items()),
    ]
    await send(
        {"type": "http.response.start", "status": refusal.status, "headers": headers}
    )
    await send({"type": "http.response.body", "body": body})
