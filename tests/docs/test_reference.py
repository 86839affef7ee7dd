"""The reference says what the code says."""

from pathlib import Path

import pytest

from tools.reference.catalogue import PAGES


FOLDER = Path(__file__).parents[2] / "docs/reference"


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_what_the_code_makes(name: str) -> None:
    """``python -m tools.reference`` has been run since the code changed."""
    assert (FOLDER / name).read_text(encoding="utf-8") == PAGES[name]()


def test_no_page_is_left_over() -> None:
    """A page that nothing makes any more would rot."""
    assert {path.name for path in FOLDER.iterdir()} == set(PAGES)
