"""The page of settings: every field of every settings class, and who sets it."""

import ast
import dataclasses
import sys
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import strongroom
from strongroom.claims import bundled_profiles, load_profile
from strongroom.kernel import Budget

from .house import load_everything
from .markdown import code, page, table


SOURCE = Path(strongroom.__file__).parent

INTRO = """\
A profile's `strongroom.toml` holds one table per section.
The environment wins over it, under the name in the last column, where a list has
commas.
A duration is a number and a unit: `30s`, `10m`, `24h`, `7d`.
A budget is so many in a duration: `10/5m`.
A setting that its section does not have stops the start.
Password rules, session lifetimes and the encryption of mail cannot be set weaker
than the standards that they come from."""

ENVIRONMENT = {
    "DATABASE_URL": """\
Your own Postgres, as a role that may create roles; without it, `strongroom up` runs one
in the data folder.""",
    "STRONGROOM_DATA": "The data folder, for every command; `--data` wins.",
    "STRONGROOM_PASSWORD": """\
What `strongroom audit verify --as` signs in with; without it, you are asked.""",
    "STRONGROOM_ROOT_KEY": """\
The root key, as 64 hexadecimal digits; taken out of the environment once read.""",
    "STRONGROOM_ROOT_KEY_FILE": """\
A file with the root key, which nobody but its owner may read.""",
    "STRONGROOM_ROOT_KEY_SERVICE": """\
The key service that wraps the root key: `aws-kms:…`, `transit:…` or `pkcs11:…`.""",
    "STRONGROOM_PKCS11_PIN": """\
The PIN of the hardware module that `pkcs11:…` names.""",
    "STRONGROOM_CHROMIUM": """\
The browser that proofs drive; without it, `chromium` on the path.""",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One setting."""

    name: str
    type: str
    default: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Group:
    """One settings class: its section, and whether the environment reaches it."""

    section: str
    meaning: str
    fields: tuple[Field, ...]
    loaded: bool


def render() -> str:
    """Return the page."""
    found = groups()
    return page(
        "Settings",
        INTRO,
        *(_section(group) for group in found if group.loaded),
        "## What the bundled profiles set",
        _profiles(),
        "## The environment alone",
        table(
            ("variable", "meaning"),
            ((code(name), words) for name, words in ENVIRONMENT.items()),
        ),
        "## Set elsewhere",
        "The environment does not reach these.",
        *(_section(group, "###") for group in found if not group.loaded),
    )


def groups() -> list[Group]:
    """Return every settings class, those that the environment reaches first."""
    load_everything()
    loaded = dict(_loaded_sections())
    found = [_group(kind, loaded.get(kind.__name__)) for kind in _classes()]
    return sorted(found, key=lambda group: (not group.loaded, group.section))


def _loaded_sections() -> Iterator[tuple[str, str]]:
    """Yield the class and the section of each call that loads settings."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Name(id="load_settings") | ast.Attribute(attr="_rules"),
                    args=[ast.Name(id=name), ast.Constant(value=str(section)), *_],
                ):
                    yield name, section


def _classes() -> list[type[Any]]:
    """Return every settings class of the package, once."""
    modules = [m for name, m in sys.modules.items() if name.startswith("strongroom.")]
    found = {
        thing.__qualname__: thing
        for module in modules
        for thing in vars(module).values()
        if isinstance(thing, type)
        and thing.__name__.endswith("Settings")
        and dataclasses.is_dataclass(thing)
        and thing.__module__ == module.__name__
    }
    return [found[name] for name in sorted(found)]


def _group(kind: type[Any], section: str | None) -> Group:
    meanings = _meanings(kind)
    fields = tuple(
        Field(each.name, meanings[each.name][0], _default(each), meanings[each.name][1])
        for each in dataclasses.fields(kind)
    )
    name = section or kind.__name__
    return Group(name, kind.__doc__ or "", fields, loaded=section is not None)


def _meanings(kind: type[Any]) -> Mapping[str, tuple[str, str]]:
    """Return the type and the sentence of each field, as its module has them."""
    module = sys.modules[kind.__module__]
    tree = ast.parse(Path(module.__file__ or "").read_text(encoding="utf-8"))
    body = next(
        node.body
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and node.name == kind.__name__
    )
    found = {}
    for field, after in zip(body, [*body[1:], ast.Pass()], strict=True):
        match field, after:
            case (
                ast.AnnAssign(target=ast.Name(id=name), annotation=annotation),
                ast.Expr(value=ast.Constant(value=str(words))),
            ):
                found[name] = (ast.unparse(annotation), " ".join(words.split()))
    return found


def _default(field: Any) -> str:
    if field.default is not MISSING:
        return shown(field.default)
    return "" if field.default_factory is MISSING else shown(field.default_factory())


def shown(value: Any) -> str:
    """Return *value* as it is written in a profile."""
    if isinstance(value, timedelta):
        return _duration(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | Budget):
        return f'"{value}"'
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(shown, value))}]"
    return "none" if value is None else str(value)


def _duration(value: timedelta) -> str:
    """Return *value* in the largest unit that it is a whole number of, up to hours.

    Days are told from two on: a day's idling reads as 24h, as the profiles have it.
    """
    if value % timedelta(days=1) or value == timedelta(days=1):
        hours = value // timedelta(hours=1)
        return (
            f'"{hours}h"' if not value % timedelta(hours=1) else f'"{value.seconds}s"'
        )
    return f'"{value.days}d"'


def _section(group: Group, mark: str = "##") -> str:
    heads = ["setting", "type", "default", "meaning"]
    rows = [
        [code(each.name), code(each.type), code(each.default), each.meaning]
        for each in group.fields
    ]
    if group.loaded:
        heads.append("environment")
        for row, each in zip(rows, group.fields, strict=True):
            variable = code(f"STRONGROOM_{group.section}_{each.name}".upper())
            row.append(variable)
    return f"{mark} `{group.section}`\n\n{group.meaning}\n\n{table(heads, rows)}"


def _profiles() -> str:
    names = ["default", *(n for n in bundled_profiles() if n != "default")]
    policies = [load_profile(name).policy for name in names]
    keys = sorted({(s, k) for policy in policies for s in policy for k in policy[s]})
    rows = (
        [code(f"{section}.{key}"), *(_value(p, section, key) for p in policies)]
        for section, key in keys
    )
    return table(["setting", *map(code, names)], rows)


def _value(policy: Mapping[str, Mapping[str, Any]], section: str, key: str) -> str:
    value = policy.get(section, {}).get(key)
    return "" if value is None else code(shown(value))
