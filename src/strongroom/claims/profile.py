"""A profile: a policy, a security page and its claims, read from one folder.

Guards against publishing a page that its registry does not carry: a folder loads
whole and consistent, or not at all. It reads the three files and nothing else, and
leaves the meaning of each policy setting to the domain that declares it.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from .binding import bind
from .claim import Claim
from .errors import ProfileInvalid
from .page import Page
from .parser import parse_page
from .registry import Contact, Lane, Registry, Retention, Subprocessor, read_registry


@dataclass(frozen=True, slots=True)
class Profile:
    """What a service promises, and the rules under which it keeps the promise."""

    name: str
    policy: Mapping[str, Mapping[str, Any]]
    claims: Mapping[str, Claim]
    page: Page
    subprocessors: tuple[Subprocessor, ...]
    lanes: tuple[Lane, ...]
    retention: tuple[Retention, ...]
    contact: Contact


def load_profile(name_or_path: str | Path) -> Profile:
    """Return a bundled profile by its name, or the operator's own by its folder.

    Raises:
        ProfileInvalid: there is none, or its files are unusable or contradict.

    """
    folder = _folder(name_or_path)
    policy = _policy(_toml(folder, "strongroom.toml"))
    registry = read_registry(_toml(folder, "claims.toml"))
    page = parse_page(_text(folder, "security.md"))
    return _profile(folder.name, policy, registry, page)


def bundled_profiles() -> tuple[str, ...]:
    """Return the names of the profiles that come with the package."""
    folders = (folder for folder in _bundled().iterdir() if folder.is_dir())
    return tuple(sorted(folder.name for folder in folders))


def _profile(
    name: str,
    policy: Mapping[str, Mapping[str, Any]],
    registry: Registry,
    page: Page,
) -> Profile:
    return Profile(
        name=name,
        policy=policy,
        claims=bind(page, registry),
        page=page,
        subprocessors=registry.subprocessors,
        lanes=registry.lanes,
        retention=registry.retention,
        contact=registry.contact,
    )


def _bundled() -> Traversable:
    return files("strongroom").joinpath("profiles")


def _folder(name_or_path: str | Path) -> Traversable:
    """Return the folder; a bundled name wins over a folder that is called the same."""
    if str(name_or_path) in bundled_profiles():
        return _bundled().joinpath(str(name_or_path))
    if Path(name_or_path).is_dir():
        return Path(name_or_path).resolve()
    message = (
        f"there is no profile folder {str(name_or_path)!r}, and the bundled "
        f"profiles are {', '.join(bundled_profiles())}"
    )
    raise ProfileInvalid(message)


def _text(folder: Traversable, name: str) -> str:
    try:
        return folder.joinpath(name).read_text(encoding="utf-8")
    except OSError as reason:
        message = f"{name}: cannot be read: {reason.strerror}"
        raise ProfileInvalid(message) from None
    except UnicodeDecodeError:
        message = f"{name}: is not UTF-8 text"
        raise ProfileInvalid(message) from None


def _toml(folder: Traversable, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(_text(folder, name))
    except tomllib.TOMLDecodeError as reason:
        message = f"{name}: {reason}"
        raise ProfileInvalid(message) from None


def _policy(document: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    for name, section in document.items():
        if not isinstance(section, dict):
            message = f"strongroom.toml: {name}: settings stand in a [section]"
            raise ProfileInvalid(message)
    return document
