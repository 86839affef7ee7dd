"""A light page: a few of the bundled claims, word for word, under the bundled name.

The docs show the bundled page. All of its proofs at once would keep two processors
busy for a minute at every start, and the blocks of the docs are about few of them.
"""

import json
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any


CLAIMS = ("edge.hsts", "trust.security-txt")
POSTURE = "posture.soc2"
REPORT = "trust.disclosure"

_HEAD = "---\ntitle: Security\nlead: A few sentences.\n---\n\n## Promises\n\n"
_TAIL = "\n## Posture\n\n:::{posture}\n:::\n\n## Reporting\n\n:::{report}\n:::\n"


def light_profile(folder: Path) -> Path:
    """Write the page into *folder* and return the profile's own folder."""
    bundled = files("strongroom") / "profiles" / "default"
    registry = tomllib.loads((bundled / "claims.toml").read_text(encoding="utf-8"))
    claims = {claim["id"]: claim for claim in registry["claim"]}
    profile = folder / "default"
    profile.mkdir(parents=True)
    _write(
        profile / "strongroom.toml", (bundled / "strongroom.toml").read_text("utf-8")
    )
    kept = (*CLAIMS, POSTURE, REPORT)
    _write(profile / "claims.toml", "\n".join(_entry(claims[name]) for name in kept))
    spans = [f"- [{claims[name]['statement']}]{{claim={name}}}\n" for name in CLAIMS]
    _write(profile / "security.md", _HEAD + "".join(spans) + _TAIL)
    return profile


def _entry(claim: dict[str, Any]) -> str:
    lines = [f"{name} = {_value(value)}\n" for name, value in claim.items()]
    return "[[claim]]\n" + "".join(lines)


def _value(value: Any) -> str:
    """Return *value* as TOML, which writes texts, numbers and lists as JSON does."""
    if isinstance(value, dict):
        inside = ", ".join(f"{name} = {_value(each)}" for name, each in value.items())
        return f"{{ {inside} }}"
    return json.dumps(value, ensure_ascii=False)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
