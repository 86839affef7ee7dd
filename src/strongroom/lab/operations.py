"""The target's own list of operations, read from its OpenAPI document."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4


OPENAPI_PATHS = ("/api/openapi.json", "/openapi.json")
"""Where our own faces and an embedder's describe themselves."""

WRITES = frozenset({"post", "put", "patch", "delete"})

_PARAMETER = re.compile(r"{[^}]+}")


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one path."""

    method: str
    path: str
    schema: Mapping[str, Any] = field(default_factory=dict)
    """The JSON schema of its body, with references resolved; empty without one."""
    action: str | None = None
    """What it says that it is (``x-action``); None where it says nothing."""

    @property
    def name(self) -> str:
        """Its name, such as ``DELETE /api/v1/sessions/{session_id}``."""
        return f"{self.method.upper()} {self.path}"

    @property
    def writes(self) -> bool:
        """Say whether it changes something."""
        return self.method in WRITES

    @property
    def takes_identifier(self) -> bool:
        """Say whether its path names an object."""
        return "{" in self.path

    def address(self, identifier: object | None = None) -> str:
        """Return its path with *identifier*, or a random one, in every place."""
        return _PARAMETER.sub(str(identifier or uuid4()), self.path)

    def body(self) -> Any:
        """Return a body that its schema accepts, made of harmless values."""
        return example_of(self.schema) if self.schema else None


def read_operations(document: Mapping[str, Any]) -> list[Operation]:
    """Return every operation that an OpenAPI *document* lists."""
    return [
        Operation(
            method,
            path,
            _body_schema(document, described),
            described.get("x-action"),
        )
        for path, methods in document.get("paths", {}).items()
        for method, described in methods.items()
        if method in WRITES | {"get", "head"}
    ]


def example_of(schema: Mapping[str, Any]) -> Any:
    """Return a value that *schema* accepts."""
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type")
    if isinstance(kind, list):  # JSON Schema allows several, such as null besides.
        kind = next((each for each in kind if each != "null"), None)
    if kind == "object" or "properties" in schema:
        return {
            name: example_of(inner)
            for name, inner in schema.get("properties", {}).items()
        }
    simple: dict[Any, Any] = {"integer": 1, "number": 1, "boolean": True, "array": []}
    return simple.get(kind, "canary")


def _body_schema(
    document: Mapping[str, Any], described: Mapping[str, Any]
) -> Mapping[str, Any]:
    content = described.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    resolved = _resolve(document, schema)
    return resolved if isinstance(resolved, Mapping) else {}


def _resolve(document: Mapping[str, Any], schema: Any) -> Any:
    if isinstance(schema, list):
        return [_resolve(document, item) for item in schema]
    if not isinstance(schema, Mapping):
        return schema
    if "$ref" in schema:
        found: Any = document
        for step in schema["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        return _resolve(document, found)
    return {key: _resolve(document, value) for key, value in schema.items()}
