"""Settings from a policy table and the environment, checked once at the start.

Every domain declares one frozen dataclass. Unknown keys are refused, so that a
misspelt rule cannot be silently absent.
"""

import os
from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import timedelta
from typing import Any, TypeVar, get_type_hints

import msgspec

from .budget import Budget
from .duration import SettingsInvalid, duration


Settings = TypeVar("Settings")


def load_settings(
    kind: type[Settings],
    section: str,
    policy: Mapping[str, Any],
    environment: Mapping[str, str] = os.environ,
) -> Settings:
    """Build *kind* from ``policy[section]`` and ``STRONGROOM_<SECTION>_<FIELD>``.

    Raises:
        SettingsInvalid: a key is unknown, a value does not fit, or one is missing.

    """
    given = dict(policy.get(section, {}))
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    for name in names:
        variable = f"STRONGROOM_{section}_{name}".upper()
        if variable in environment:
            given[name] = environment[variable]
    unknown = set(given) - set(names)
    if unknown:
        message = f"[{section}] has no setting named {', '.join(sorted(unknown))}"
        raise SettingsInvalid(message)
    return _build(kind, section, given)


def _build(kind: type[Settings], section: str, given: Mapping[str, Any]) -> Settings:
    hints = get_type_hints(kind)
    values: dict[str, Any] = {}
    for field in fields(kind):  # type: ignore[arg-type]
        if field.name in given:
            values[field.name] = _convert(section, field.name, given, hints)
        elif field.default is MISSING and field.default_factory is MISSING:
            message = f"[{section}] {field.name} has no value and no default"
            raise SettingsInvalid(message)
    try:
        return kind(**values)
    except ValueError as reason:
        message = f"[{section}] {reason}"
        raise SettingsInvalid(message) from None


def _convert(
    section: str, name: str, given: Mapping[str, Any], hints: Mapping[str, Any]
) -> Any:
    value, hint = given[name], hints[name]
    try:
        if hint is timedelta:
            return duration(value)
        if hint is Budget:
            return Budget.parse(value)
        if hint == tuple[str, ...] and isinstance(value, str):
            return tuple(word.strip() for word in value.split(",") if word.strip())
        return msgspec.convert(value, hint, strict=False)
    except (msgspec.ValidationError, SettingsInvalid, TypeError) as reason:
        message = f"[{section}] {name}: {reason}"
        raise SettingsInvalid(message) from None
