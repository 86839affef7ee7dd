"""Who speaks: one cookie, and never a guess between two."""

import pytest

from strongroom.middleware import Message, Receive, Scope, Send, SessionPass
from strongroom.middleware.session import session_tokens
from strongroom.room import Strongroom
from strongroom.server.refused_writes import RefusedWrites
from strongroom.web import CALLER


TWO = (b"cookie", b"__Host-session=one; __Host-session=two")


@pytest.mark.parametrize(
    ("cookies", "tokens"),
    [
        ([], []),
        ([b"theme=dark"], []),
        ([b"__Host-session=one"], ["one"]),
        ([b"theme=dark; __Host-session=one; a=b"], ["one"]),
        ([b"theme=dark;__Host-session=one"], ["one"]),
        ([b"theme=dark", b"__Host-session=one"], ["one"]),  # As HTTP/2 splits them.
        ([b"__Host-session="], [""]),
        ([b"x__Host-session=one"], []),
        ([b"__host-session=one"], []),
        ([b"a=__Host-session=one"], []),
        ([TWO[1]], ["one", "two"]),
        ([b"__Host-session=one", b"__Host-session=two"], ["one", "two"]),
    ],
)
def test_every_session_cookie_is_seen(cookies: list[bytes], tokens: list[str]) -> None:
    """In one header or several, and only under its exact name."""
    headers = [(b"host", b"example.test"), *((b"cookie", each) for each in cookies)]
    assert session_tokens(headers) == tokens


async def pass_on(room: Strongroom, scope: Scope) -> tuple[list[str], list[Message]]:
    """Return which requests reached the application, and what was sent."""
    reached: list[str] = []
    sent: list[Message] = []

    async def app(scope: Scope, _: Receive, __: Send) -> None:
        reached.append(scope["type"])

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    await SessionPass(app, room.sessions, room.api_keys, RefusedWrites(room.audit))(
        scope, receive, send
    )
    return reached, sent


async def test_two_sessions_in_a_websocket_are_refused_in_its_own_words(
    room: Strongroom,
) -> None:
    """A WebSocket is closed; the words of HTTP would break the server."""
    reached, sent = await pass_on(room, {"type": "websocket", "headers": [TWO]})
    assert reached == []
    assert sent == [{"type": "websocket.close", "code": 1008}]


async def test_nobody_and_an_unknown_token_both_pass_as_nobody(
    room: Strongroom,
) -> None:
    """Who may do what is decided later, by whoever needs to know."""
    for headers in ([], [(b"cookie", b"__Host-session=unknown")]):
        scope: Scope = {"type": "http", "headers": headers}
        reached, sent = await pass_on(room, scope)
        assert (reached, sent, scope[CALLER]) == (["http"], [], None)


async def test_the_life_of_the_application_passes_untouched(room: Strongroom) -> None:
    """Start and stop have no headers."""
    assert await pass_on(room, {"type": "lifespan"}) == (["lifespan"], [])
