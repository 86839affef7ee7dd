"""Somebody in front of a browser, who is told of everything that goes wrong in it."""

import os
import re
from pathlib import Path
from typing import Any

from axe_core_python.base import AXE_SCRIPT
from playwright.async_api import ConsoleMessage, Error, Page


SHOTS = os.environ.get("STRONGROOM_SHOTS")
"""A folder for pictures of each page, for a person to look at."""

EXPECTED = re.compile(
    r"Failed to load resource: .* status of 4\d\d"
    r"|Error with Permissions-Policy header: Unrecognized feature"
)
"""Chromium calls a refused form an error, and warns of features of other browsers."""


class Visitor:
    """A page of a browser, and the complaints that it gave rise to."""

    def __init__(self, page: Page, name: str) -> None:
        """Watch *page*; *name* tells the pictures apart."""
        self.page, self._name = page, name
        self.complaints: list[str] = []
        page.on("console", self._listen)
        page.on("pageerror", self._note)

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not EXPECTED.match(message.text):
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _note(self, error: Error) -> None:
        self.complaints.append(f"{self.page.url}: {error.message}")

    async def look(self, what: str) -> None:
        """Find nothing wrong with the page, by day and by night."""
        await self.page.evaluate(AXE_SCRIPT)
        for scheme in ("light", "dark"):
            await self.page.emulate_media(color_scheme=scheme)
            await self._take_picture(f"{what}-{scheme}")
            found = await self.page.evaluate("axe.run({resultTypes: ['violations']})")
            assert found["passes"], "axe looked at nothing"
            wrong = [_short(each) for each in found["violations"] if not _newer(each)]
            assert wrong == [], f"{what}, {scheme}: {wrong}"
        width = (self.page.viewport_size or {"width": 0})["width"]
        needed = await self.page.evaluate("document.documentElement.scrollWidth")
        assert needed <= width, f"{what} needs {needed} pixels of width"
        assert self.complaints == [], self.complaints

    async def fill(self, **fields: str) -> None:
        """Type into the form's fields."""
        for name, value in fields.items():
            await self.page.locator(f"input[name={name}]").fill(value)

    async def press(self, words: str) -> None:
        """Press the button called *words* and await what follows."""
        await self.page.get_by_role("button", name=words, exact=True).click()
        await self.page.wait_for_load_state()

    async def follow(self, words: str) -> None:
        """Follow the first link called *words*, out of a folded menu too."""
        menu = self.page.locator(".menu summary")
        if await menu.is_visible():
            await menu.click()
        await self.page.get_by_role("link", name=words).first.click()
        await self.page.wait_for_load_state()

    async def heading(self) -> str:
        """Return what the page is about."""
        return await self.page.locator("h1").inner_text()

    async def tab_to(self, words: str) -> None:
        """Go to the field, link or button called *words* by the Tab key alone."""
        for _ in range(40):
            await self.page.keyboard.press("Tab")
            if words in await self.page.evaluate(_FOCUSED):
                return
        message = f"the Tab key does not reach {words!r} on {self.page.url}"
        raise AssertionError(message)

    async def _take_picture(self, what: str) -> None:
        if SHOTS:
            path = Path(SHOTS) / f"{self._name}-{what}.png"
            await self.page.screenshot(path=path, full_page=True)


_FOCUSED = """() => {
    const it = document.activeElement;
    const style = getComputedStyle(it);
    const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    if (!ring) return "nothing that shows its focus";
    return [it.labels?.[0]?.textContent, it.getAttribute("aria-label"), it.textContent]
        .join(" ");
}"""
"""The words of what has the focus, if it can be seen that it has."""


def _newer(violation: dict[str, Any]) -> bool:
    """Say whether it is about a word that axe does not know yet.

    HTML §4.10.18.7 has "webauthn" as the last word of any autocomplete.
    """
    nodes = [node["html"] for node in violation["nodes"]]
    known = all('autocomplete="username webauthn"' in each for each in nodes)
    return violation["id"] == "autocomplete-valid" and known


def _short(violation: dict[str, Any]) -> str:
    nodes = "; ".join(node["html"] for node in violation["nodes"])
    return f"{violation['id']} ({violation['impact']}): {nodes}"
