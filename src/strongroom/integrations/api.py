"""Integrations for programs: one answer alone holds a secret, and is asked for it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar.params import FromPath, HeaderParameter, JSONBody
from litestar.status_codes import HTTP_200_OK, HTTP_204_NO_CONTENT

from strongroom.connectors import KINDS, Field, Kind
from strongroom.kernel import Caller, Origin, Secret
from strongroom.passwords import WrongPassword
from strongroom.web import Answered, Given, Wanted, beside, change, create, read, remove

from . import policy
from .models import Integration, Wish
from .service import Integrations


class FieldAnswered(Answered, frozen=True):
    """One thing to type."""

    name: str
    label: str
    form: str
    default: str
    choices: list[str]


class KindAnswered(Answered, frozen=True):
    """A kind of service: what it needs, where its secret goes, what it can do."""

    kind: str
    title: str
    fields: list[FieldAnswered]
    secret: FieldAnswered
    verbs: list[str]
    host: str | None
    write_only: bool


class IntegrationAnswered(Answered, frozen=True):
    """An integration without its secret, of which four characters at most are shown."""

    id: str
    kind: str
    name: str
    fields: dict[str, str]
    destination: str
    last_four: str
    fingerprint: str
    created_at: datetime
    rotated_at: datetime
    due_at: datetime
    is_due: bool
    tested_at: datetime | None
    works: bool | None
    said: str | None
    deleted_at: datetime | None


class IntegrationWanted(Wanted, frozen=True):
    """A new credential."""

    kind: str
    name: str
    secret: str
    fields: dict[str, str]


class ChangeWanted(Wanted, frozen=True):
    """A new name and new fields; the secret again if it shall go to another host."""

    name: str
    fields: dict[str, str]
    secret: str | None = None


class RotationWanted(Wanted, frozen=True):
    """The secret that replaces the stored one."""

    secret: str


class UseWanted(Wanted, frozen=True):
    """What shall be done with the credential: ``http.request`` or ``smtp.send``."""

    verb: str
    arguments: dict[str, str]


class RevealWanted(Wanted, frozen=True):
    """The caller's own password."""

    password: str


class TestAnswered(Answered, frozen=True):
    """How a test went."""

    works: bool
    said: str


class UseAnswered(Answered, frozen=True):
    """What came back; ``masked`` counts how often the secret stood in it."""

    status: int
    content_type: str
    body: str
    cut: bool
    masked: int


class SecretAnswered(Answered, frozen=True):
    """The secret."""

    secret: str


class MirrorAnswered(Answered, frozen=True):
    """What arrived, and the house's keyed hash of it."""

    authorization: str
    seal: str


@read("/integrations", action="integration.read")
async def every(
    integrations: Given[Integrations], caller: Given[Caller]
) -> list[IntegrationAnswered]:
    """List the organization's integrations, those lately deleted last."""
    found = await integrations.all(caller)
    return [answer_integration(integrations, each) for each in found]


@read("/integrations/kinds", action="integration.read")
async def kinds() -> list[KindAnswered]:
    """List the kinds of services, and what each needs."""
    return [_kind(each) for each in KINDS.values()]


@read("/integrations/mirror", action="integration.mirror")
async def mirror(
    integrations: Given[Integrations],
    authorization: Annotated[str, HeaderParameter(name="authorization")] = "",
) -> MirrorAnswered:
    """Say which Authorization header arrived, to try worthless credentials on."""
    seal = policy.mirrored(integrations.mirror_key, authorization)
    return MirrorAnswered(authorization, seal)


@read("/integrations/{integration_id:uuid}", action="integration.read")
async def get(
    integration_id: FromPath[UUID],
    integrations: Given[Integrations],
    caller: Given[Caller],
) -> IntegrationAnswered:
    """Show one integration."""
    found = await integrations.get(caller, integration_id)
    return answer_integration(integrations, found)


@create("/integrations", action="integration.create")
async def add(
    data: JSONBody[IntegrationWanted],
    integrations: Given[Integrations],
    caller: Given[Caller],
    origin: Given[Origin],
) -> IntegrationAnswered:
    """Keep a new credential."""
    wish = Wish(data.name, data.fields, Secret(data.secret))
    made = await integrations.create(caller, data.kind, wish, origin)
    return answer_integration(integrations, made)


@change("/integrations/{integration_id:uuid}", action="integration.change")
async def edit(
    integration_id: FromPath[UUID],
    data: JSONBody[ChangeWanted],
    integrations: Given[Integrations],
    caller: Given[Caller],
    origin: Given[Origin],
) -> IntegrationAnswered:
    """Change an integration; for another host the secret is needed again."""
    secret = Secret(data.secret) if data.secret is not None else None
    wish = Wish(data.name, data.fields, secret)
    changed = await integrations.change(caller, integration_id, wish, origin)
    return answer_integration(integrations, changed)


@create("/integrations/{integration_id:uuid}/rotate", action="integration.rotate")
async def rotate(
    integration_id: FromPath[UUID],
    data: JSONBody[RotationWanted],
    integrations: Given[Integrations],
    caller: Given[Caller],
    origin: Given[Origin],
) -> IntegrationAnswered:
    """Replace the secret."""
    secret = Secret(data.secret)
    rotated = await integrations.rotate(caller, integration_id, secret, origin)
    return answer_integration(integrations, rotated)


@create(
    "/integrations/{integration_id:uuid}/test",
    action="integration.test",
    status_code=HTTP_200_OK,
)
async def test(
    integration_id: FromPath[UUID],
    integrations: Given[Integrations],
    caller: Given[Caller],
    origin: Given[Origin],
) -> TestAnswered:
    """Try the connection; that it does not work is an answer."""
    tested = await integrations.test(caller, integration_id, origin)
    return TestAnswered(tested.works, tested.said)


@create(
    "/integrations/{integration_id:uuid}/use",
    action="integration.use",
    status_code=HTTP_200_OK,
)
async def use(
    integration_id: FromPath[UUID],
    data: JSONBody[UseWanted],
    integrations: Given[Integrations],
    caller: Given[Caller],
    origin: Given[Origin],
) -> UseAnswered:
    """Let the house use the credential; the secret is in no answer."""
    used = await integrations.use(
        caller, integration_id, data.verb, data.arguments, origin
    )
    return UseAnswered(used.status, used.content_type, used.body, used.cut, used.masked)


@create(
    "/integrations/{integration_id:uuid}/reveal",
    action="integration.reveal",
    status_code=HTTP_200_OK,
)
async def reveal(
    integration_id: FromPath[UUID],
    data: JSONBody[RevealWanted],
    integrations: Given[Integrations],
    caller: Given[Caller],
    origin: Given[Origin],
) -> SecretAnswered:
    """Show the secret to whoever gives their password now; an AI key, to nobody."""
    password = Secret(data.password)
    with beside("password", WrongPassword):
        found = await integrations.reveal(caller, integration_id, password, origin)
    return SecretAnswered(found.reveal())


@remove(
    "/integrations/{integration_id:uuid}",
    action="integration.delete",
    status_code=HTTP_204_NO_CONTENT,
)
async def delete(
    integration_id: FromPath[UUID],
    integrations: Given[Integrations],
    caller: Given[Caller],
    origin: Given[Origin],
) -> None:
    """Delete an integration; for a day this can be undone."""
    await integrations.delete(caller, integration_id, origin)


@create(
    "/integrations/{integration_id:uuid}/restore",
    action="integration.restore",
    status_code=HTTP_204_NO_CONTENT,
)
async def restore(
    integration_id: FromPath[UUID],
    integrations: Given[Integrations],
    caller: Given[Caller],
    origin: Given[Origin],
) -> None:
    """Undo a deletion of the last day."""
    await integrations.restore(caller, integration_id, origin)


def answer_integration(
    integrations: Integrations, found: Integration
) -> IntegrationAnswered:
    """Return what a member is told of an integration."""
    return IntegrationAnswered(
        id=str(found.id),
        kind=found.kind,
        name=found.name,
        fields=dict(found.fields),
        destination=found.destination,
        last_four=found.last_four,
        fingerprint=found.fingerprint,
        created_at=found.created_at,
        rotated_at=found.rotated_at,
        due_at=found.due_at(integrations.settings.rotate_after),
        is_due=integrations.is_due(found),
        tested_at=found.tested_at,
        works=found.works,
        said=found.said,
        deleted_at=found.deleted_at,
    )


def _kind(kind: Kind) -> KindAnswered:
    return KindAnswered(
        kind=kind.word,
        title=kind.title,
        fields=[_field(each) for each in kind.fields],
        secret=_field(kind.secret),
        verbs=[*kind.verbs],
        host=kind.host,
        write_only=kind.write_only,
    )


def _field(field: Field) -> FieldAnswered:
    choices = [*field.choices]
    return FieldAnswered(field.name, field.label, field.form, field.default, choices)
