"""What services may ask."""

from datetime import datetime

from litestar.params import JSONBody
from litestar.status_codes import HTTP_200_OK

from strongroom.kernel import Origin, Secret
from strongroom.web import Answered, Given, Wanted, create

from .models import Introspected, Shown
from .service import Services


class IntrospectionWanted(Wanted, frozen=True):
    """A session cookie's value, an access token or an API key, and whence it came."""

    token: str
    address: str | None = None
    """The address that the service saw; without one, whoever may come from some
    networks only is nobody."""


class IntrospectionAnswered(Answered, frozen=True):
    """For whom it acts, read at this moment (RFC 7662)."""

    active: bool
    account_id: str | None
    organization_id: str | None
    role: str | None
    scopes: list[str] | None
    expires_at: datetime | None


@create(
    "/service/sessions/introspect", action="service.introspect", status_code=HTTP_200_OK
)
async def introspect(
    data: JSONBody[IntrospectionWanted],
    services: Given[Services],
    service: Given[str],
    origin: Given[Origin],
) -> IntrospectionAnswered:
    """Say for whom a credential acts. Only a service may ask, by its signature."""
    shown = Shown(Secret(data.token), data.address)
    return answer(await services.introspect(service, shown, origin))


def answer(found: Introspected) -> IntrospectionAnswered:
    """Return an allow-list of what a service is told."""
    caller = found.caller
    if caller is None:
        return IntrospectionAnswered(
            active=False,
            account_id=None,
            organization_id=None,
            role=None,
            scopes=None,
            expires_at=None,
        )
    return IntrospectionAnswered(
        active=True,
        account_id=str(caller.account_id),
        organization_id=str(caller.organization_id),
        role=caller.role,
        scopes=None if caller.scopes is None else sorted(caller.scopes),
        expires_at=caller.expires_at,
    )
