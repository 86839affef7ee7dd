"""Pages of other sites: listed by their whole origin, and never with a cookie."""

import pytest

from strongroom.kernel import SettingsInvalid, load_settings
from strongroom.middleware import Edge, EdgeSettings

from .edges import HOST, Echo, headers_in, say, scope_of


LISTED = b"https://app.invalid"
CROSS = (b"sec-fetch-site", b"cross-site")
BEARER = (b"authorization", b"Bearer x")


def edge(*own: tuple[bytes, bytes]) -> Edge:
    """Return an edge that lists one origin, before an application with headers."""
    settings = EdgeSettings(origins=(LISTED.decode(),))
    return Edge(Echo(*own), settings, frozenset({HOST}))


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([(b"origin", LISTED), CROSS, BEARER], 200),
        ([(b"origin", LISTED), CROSS], 403),
        ([(b"origin", LISTED), CROSS, BEARER, (b"cookie", b"a=b")], 403),
        ([(b"origin", b"https://app.invalid.evil"), CROSS, BEARER], 403),
        ([(b"origin", LISTED), CROSS, (b"authorization", b"Basic x")], 403),
        ([CROSS, BEARER], 403),
    ],
)
async def test_a_listed_page_writes_by_a_bearer_alone(
    headers: list[tuple[bytes, bytes]], status: int
) -> None:
    """A cookie would let the page act as whoever looks at it."""
    sent = await say(edge(), scope_of(*headers))
    assert sent[0]["status"] == status


async def test_an_application_lists_nobody_by_itself() -> None:
    """The list of the policy is the only one."""
    own = (b"access-control-allow-origin", b"*")
    wide = (b"Access-Control-Allow-Credentials", b"true")
    scope = scope_of((b"origin", b"https://evil.invalid"), method="GET")
    told = headers_in(await say(edge(own, wide), scope))
    assert not [name for name in told if name.lower().startswith(b"access-control")]
    assert told[b"vary"] == b"origin"
    scope = scope_of((b"origin", LISTED), method="GET")
    told = headers_in(await say(edge(own, wide), scope))
    assert told[b"access-control-allow-origin"] == LISTED


@pytest.mark.parametrize(
    "origin",
    [
        "*",
        "null",
        "https://*.app.invalid",
        "http://app.invalid",
        "https://app.invalid/",
        "https://app.invalid:443",
        "https://App.invalid",
        "app.invalid",
        "https://",
    ],
)
def test_what_is_no_origin_stops_the_start(origin: str) -> None:
    """A rule that browsers never match, or always, is an accident."""
    with pytest.raises(SettingsInvalid, match="is no origin"):
        load_settings(EdgeSettings, "edge", {"edge": {"origins": origin}}, {})
