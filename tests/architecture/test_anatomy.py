"""What stands in a domain's folder besides Python, and what the plan says of it."""

from pathlib import Path

import pytest

from tools.house import DOMAINS, ROOT, SHELL, TOOLKITS

from .skeleton import build, write


HOUSE = Path(__file__).parents[2] / "src" / ROOT


def strangers(house: Path) -> list[str]:
    """Return what is in a domain's folder and is neither Python nor its cache."""
    return sorted(
        str(entry.relative_to(house))
        for domain in DOMAINS
        if (house / domain).is_dir()
        for entry in (house / domain).iterdir()
        if entry.suffix != ".py" and entry.name != "__pycache__"
    )


def test_domains_hold_python_only() -> None:
    """A domain has no folder of its own and no file that is not Python."""
    assert strangers(HOUSE) == []


@pytest.mark.parametrize("name", ["helpers/x.py", "notes.txt", "query.sql"])
def test_a_stranger_is_found(name: str, tmp_path: Path) -> None:
    """A folder or another kind of file in a domain is named."""
    house = build(tmp_path)
    assert strangers(house) == []
    write(house / "accounts" / name, "")
    assert strangers(house) == [f"accounts/{Path(name).parts[0]}"]


def test_the_kinds_of_package_do_not_overlap() -> None:
    """A package is a domain, a toolkit or a part of the shell, and one of them only."""
    kinds = [*DOMAINS, *TOOLKITS, *SHELL]
    assert len(kinds) == len(set(kinds))
