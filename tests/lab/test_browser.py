"""A real browser, or an honest word that there is none."""

from pathlib import Path

import pytest

from strongroom.lab import Browser, Unprovable, browser, find_chromium


NONE_HERE = "no browser here"


def test_the_named_browser_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The operator's choice comes before what is installed."""
    chosen = tmp_path / "chromium"
    chosen.touch()
    monkeypatch.setenv("STRONGROOM_CHROMIUM", str(chosen))
    assert find_chromium() == str(chosen)


def test_a_named_browser_that_is_missing_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong name is told, not silently passed over."""
    monkeypatch.setenv("STRONGROOM_CHROMIUM", str(tmp_path / "gone"))
    with pytest.raises(Unprovable, match=NONE_HERE):
        find_chromium()


def test_no_browser_is_unprovable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where none is installed, nothing weaker takes its place."""
    monkeypatch.delenv("STRONGROOM_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unprovable, match=NONE_HERE):
        find_chromium()


def test_a_browser_without_its_driver_is_unprovable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Chromium alone, without Playwright to drive it, proves nothing."""
    monkeypatch.setattr(browser, "find_spec", lambda _: None)
    with pytest.raises(Unprovable, match=NONE_HERE):
        find_chromium()


async def test_a_browser_that_never_started_closes() -> None:
    """Closing what was not needed is no error, and starts nothing."""
    unused = Browser(None)
    await unused.close()
    assert unused._chromium is None


async def test_a_page_in_a_missing_browser_is_unprovable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asks for a page learns that there is none, and why."""
    monkeypatch.setenv("STRONGROOM_CHROMIUM", str(tmp_path / "gone"))
    with pytest.raises(Unprovable, match=NONE_HERE):
        async with Browser(None).page():
            pass
