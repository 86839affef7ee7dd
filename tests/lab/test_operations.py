"""The target's own list of operations, as its OpenAPI document tells it."""

from typing import Any
from uuid import UUID

import pytest

from strongroom.lab import Operation
from strongroom.lab.operations import example_of, read_operations


def document(schema: dict[str, Any], **components: Any) -> dict[str, Any]:
    """Return a document whose only operation takes a body of *schema*."""
    content = {"application/json": {"schema": schema}}
    return {
        "paths": {"/things": {"post": {"requestBody": {"content": content}}}},
        "components": {"schemas": components},
    }


def body_of(schema: dict[str, Any], **components: Any) -> Any:
    """Return the example body of that operation."""
    (operation,) = read_operations(document(schema, **components))
    return operation.body()


def test_every_method_of_every_path_is_read() -> None:
    """Reads and writes are told apart; what is no method of ours is left out."""
    paths = {
        "/a": {"get": {}, "post": {}, "parameters": [], "summary": "both"},
        "/a/{id}": {"delete": {}, "put": {}, "patch": {}, "head": {}, "trace": {}},
    }
    found = {each.name: each.writes for each in read_operations({"paths": paths})}
    assert found == {
        "GET /a": False,
        "POST /a": True,
        "DELETE /a/{id}": True,
        "PUT /a/{id}": True,
        "PATCH /a/{id}": True,
        "HEAD /a/{id}": False,
    }


def test_a_site_without_a_document_has_no_operations() -> None:
    """An empty document, as of a stranger's site, lists nothing."""
    assert read_operations({}) == []


def test_a_reference_is_followed() -> None:
    """A schema that stands elsewhere in the document is found, also through another."""
    thing = {
        "type": "object",
        "properties": {"colour": {"$ref": "#/components/schemas/C"}},
    }
    colour = {"type": "string", "enum": ["red", "blue"]}
    body = body_of({"$ref": "#/components/schemas/T"}, T=thing, C=colour)
    assert body == {"colour": "red"}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string"}, "canary"),
        ({"type": "integer"}, 1),
        ({"type": "number"}, 1),
        ({"type": "boolean"}, True),
        ({"type": "array", "items": {"type": "string"}}, []),
        ({"enum": ["owner", "viewer"]}, "owner"),
        ({}, "canary"),
        ({"type": ["string", "null"]}, "canary"),
    ],
    ids=str,
)
def test_a_value_fits_its_schema(schema: dict[str, Any], value: Any) -> None:
    """Each simple schema gets a harmless value of its kind."""
    assert example_of(schema) == value


def test_a_nested_body_is_filled_in() -> None:
    """Objects within objects get every property, whether required or not."""
    address = {"type": "object", "properties": {"street": {"type": "string"}}}
    schema = {
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"type": "string"},
            "address": address,
            "nickname": {"oneOf": [{"type": "string"}, {"type": "null"}]},
        },
    }
    assert body_of(schema) == {
        "name": "canary",
        "address": {"street": "canary"},
        "nickname": "canary",
    }


def test_an_operation_without_a_body_sends_none() -> None:
    """Nothing is sent where nothing is described."""
    (operation,) = read_operations({"paths": {"/a": {"delete": {}}}})
    assert operation.body() is None


def test_an_address_takes_an_identifier_in_every_place() -> None:
    """The given one, or a random one that nobody has."""
    operation = Operation("get", "/a/{a_id}/b/{b_id}")
    assert operation.takes_identifier
    assert operation.address("7") == "/a/7/b/7"
    first, second = operation.address(), operation.address()
    assert first != second
    assert str(UUID(first.split("/")[2])) in first


async def test_our_own_document_is_read(app: Any) -> None:
    """Every operation of the house has a body that its schema would accept."""
    answer = await app.get("/api/openapi.json")
    operations = {each.name: each for each in read_operations(answer.json())}
    assert operations["POST /api/v1/sessions"].body() == {
        "email": "canary",
        "password": "canary",
    }
    invited = operations["PUT /api/v1/sign-in-policy"].body()
    assert invited["second_factor"] is True
