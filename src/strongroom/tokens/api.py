"""API keys for programs."""

from datetime import datetime
from uuid import UUID

from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_204_NO_CONTENT

from strongroom.kernel import Caller, Origin
from strongroom.web import Answered, Given, Wanted, create, read, remove

from .models import ApiKey, WantedApiKey
from .policy import USUAL_DAYS
from .service import ApiKeys


class ApiKeyAnswered(Answered, frozen=True):
    """An API key without its text."""

    id: str
    name: str
    maker: str
    hint: str
    scopes: list[str]
    state: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None


class ApiKeyWanted(Wanted, frozen=True):
    """A key's name, the actions it may do, and for how many days."""

    name: str
    scopes: list[str]
    days: int = USUAL_DAYS


class ApiKeyCreated(Answered, frozen=True):
    """Which key it is, and its text, shown this once."""

    id: str
    key: str
    expires_at: datetime


@read("/api-keys", action="api-key.read")
async def list_keys(
    api_keys: Given[ApiKeys], caller: Given[Caller]
) -> list[ApiKeyAnswered]:
    """List the organization's API keys; the keys themselves are never shown again."""
    return [answer_key(each) for each in await api_keys.of(caller.organization_id)]


@create("/api-keys", action="api-key.create")
async def create_key(
    data: JSONBody[ApiKeyWanted],
    api_keys: Given[ApiKeys],
    caller: Given[Caller],
    origin: Given[Origin],
) -> ApiKeyCreated:
    """Make a key that acts for you, never wider than you are yourself."""
    wanted = WantedApiKey(data.name, frozenset(data.scopes), data.days)
    made = await api_keys.create(caller, wanted, origin)
    return ApiKeyCreated(str(made.id), made.text.reveal(), made.expires_at)


@remove(
    "/api-keys/{key_id:uuid}",
    action="api-key.revoke",
    status_code=HTTP_204_NO_CONTENT,
)
async def revoke_key(
    key_id: FromPath[UUID],
    api_keys: Given[ApiKeys],
    caller: Given[Caller],
    origin: Given[Origin],
) -> None:
    """Revoke a key; its next request is refused."""
    await api_keys.revoke(caller, key_id, origin)


def answer_key(key: ApiKey) -> ApiKeyAnswered:
    """Return what an organization's own people are told of a key."""
    return ApiKeyAnswered(
        id=str(key.id),
        name=key.name,
        maker=key.maker,
        hint=key.hint,
        scopes=sorted(key.scopes),
        state=key.state,
        created_at=key.created_at,
        expires_at=key.expires_at,
        used_at=key.used_at,
    )
