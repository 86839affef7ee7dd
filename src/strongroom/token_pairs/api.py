"""Token pairs for apps, and the keys under which their access tokens verify."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_204_NO_CONTENT

from strongroom.kernel import Caller, Origin
from strongroom.web import Answered, Given, Wanted, create, read, remove

from .models import NewTokens, TokenPair, WantedTokenPair
from .service import TokenPairs


UNCACHED = {"cache-control": "no-store"}
CACHED = {"cache-control": "public, max-age=300"}
"""For far less time than a new key is published before it signs."""


class AppAnswered(Answered, frozen=True):
    """A connected app, without its tokens."""

    id: str
    name: str
    scopes: list[str]
    session_id: str
    created_at: datetime
    refreshed_at: datetime
    expires_at: datetime


class TokensWanted(Wanted, frozen=True):
    """What the app is called, and which actions it may do."""

    name: str
    scopes: list[str]


class RefreshWanted(Wanted, frozen=True):
    """The refresh token, which works once."""

    refresh_token: str


class TokensAnswered(Answered, frozen=True):
    """An access token for the API, and what renews it, shown this once."""

    id: str
    access_token: str
    token_type: str
    expires_at: datetime
    refresh_token: str
    refresh_expires_at: datetime


@read("/tokens", action="token.read")
async def list_apps(
    token_pairs: Given[TokenPairs], caller: Given[Caller]
) -> list[AppAnswered]:
    """List the caller's connected apps; their tokens are never shown again."""
    return [answer_app(each) for each in await token_pairs.of(caller)]


@create("/tokens", action="token.create")
async def create_tokens(
    data: JSONBody[TokensWanted],
    token_pairs: Given[TokenPairs],
    caller: Given[Caller],
    origin: Given[Origin],
) -> Response[TokensAnswered]:
    """Connect an app to this session; it may do a part of what you may."""
    wanted = WantedTokenPair(data.name, frozenset(data.scopes))
    made = await token_pairs.create(caller, wanted, origin)
    return Response(answer_tokens(made), headers=UNCACHED)


@create("/tokens/refresh", action="token.refresh")
async def refresh_tokens(
    data: JSONBody[RefreshWanted],
    token_pairs: Given[TokenPairs],
    origin: Given[Origin],
) -> Response[TokensAnswered]:
    """Take the next tokens; a refresh token used again ends the app's session."""
    made = await token_pairs.refresh(data.refresh_token, origin)
    return Response(answer_tokens(made), headers=UNCACHED)


@remove(
    "/tokens/{pair_id:uuid}", action="token.revoke", status_code=HTTP_204_NO_CONTENT
)
async def revoke_tokens(
    pair_id: FromPath[UUID],
    token_pairs: Given[TokenPairs],
    caller: Given[Caller],
    origin: Given[Origin],
) -> None:
    """Disconnect an app; its next request is refused."""
    await token_pairs.revoke(caller, pair_id, origin)


@read("/.well-known/jwks.json", action="page.read")
async def key_set(token_pairs: Given[TokenPairs]) -> Response[Mapping[str, object]]:
    """Publish the keys under which access tokens verify (RFC 7517)."""
    return Response(await token_pairs.key_set(), headers=CACHED)


def answer_app(pair: TokenPair) -> AppAnswered:
    """Return what a person is told of a connected app."""
    return AppAnswered(
        id=str(pair.id),
        name=pair.name,
        scopes=sorted(pair.scopes),
        session_id=str(pair.session_id),
        created_at=pair.created_at,
        refreshed_at=pair.rotated_at,
        expires_at=pair.expires_at,
    )


def answer_tokens(made: NewTokens) -> TokensAnswered:
    """Return tokens just made."""
    return TokensAnswered(
        id=str(made.pair_id),
        access_token=made.access.reveal(),
        token_type="Bearer",  # noqa: S106 - RFC 6750's name of a scheme.
        expires_at=made.access_expires_at,
        refresh_token=made.refresh.reveal(),
        refresh_expires_at=made.refresh_expires_at,
    )
