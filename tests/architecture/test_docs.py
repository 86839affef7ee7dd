"""The docs point at what exists and speak of nothing that is gone."""

import re
from pathlib import Path

import pytest

from tools.house import DOMAINS, SHELL, TOOLKITS
from tools.lints import LINTS


REPOSITORY = Path(__file__).parents[2]
PAGES = sorted([*REPOSITORY.glob("*.md"), *REPOSITORY.glob("docs/**/*.md")])

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
PICTURE = re.compile(r"!\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as forges make them."""
    headings = HEADING.findall(FENCE.sub("", page.read_text(encoding="utf-8")))
    words = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {word.strip().replace(" ", "-") for word in words}


def broken(page: Path) -> list[str]:
    """Return the links of *page* that lead to no file or no heading of ours."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    found = []
    for link in LINK.findall(text) + PICTURE.findall(text):
        target, _, anchor = link.partition("#")
        if re.match(r"[a-z]+:", link):
            continue
        file = (page.parent / target) if target else page
        is_page = file.suffix == ".md" and file.exists()
        if not file.exists() or (anchor and is_page and anchor not in anchors(file)):
            found.append(link)
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(REPOSITORY)))
def test_links_lead_somewhere(page: Path) -> None:
    """Every link inside the repository leads to a file, and to a heading in it."""
    assert broken(page) == []


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    """A missing file, a missing picture and a missing heading are each named."""
    page = tmp_path / "page.md"
    page.write_text(
        "# Here we are\n[a](gone.md) ![b](gone.svg) [c](#nowhere) [d](#here-we-are)\n"
        "[e](https://example.org) [f](page.md#here-we-are)\n```\n[g](gone.md)\n```\n",
        encoding="utf-8",
    )
    assert broken(page) == ["gone.md", "#nowhere", "gone.svg"]


def test_every_lint_is_in_the_style_guide() -> None:
    """A house rule that nobody can read about is not a rule."""
    style = (REPOSITORY / "docs/contributing/style.md").read_text(encoding="utf-8")
    assert {lint.name for lint in LINTS} == set(
        re.findall(r"^\| `(.+?)`", style, re.MULTILINE)
    )


def test_every_package_is_in_the_layout() -> None:
    """The table has the tiers of the contract, and names every package once."""
    layout = (REPOSITORY / "docs/contributing/layout.md").read_text(encoding="utf-8")
    tiers = layout.partition("## The tiers")[2].partition("## A domain")[0]
    rows = [row.split("|")[1] for row in tiers.splitlines() if row.startswith("| `")]
    named = [set(re.findall(r"`(\w+)`", row)) for row in rows]
    contract = (REPOSITORY / ".importlinter").read_text(encoding="utf-8")
    layers = re.search(r"\(__main__\)\n((?: +\(.+\n)+)", contract)
    planned = layers[1].splitlines() if layers else []
    assert named == [set(re.findall(r"\w+", tier)) for tier in planned]
    assert set().union(*named) == DOMAINS | TOOLKITS | SHELL
