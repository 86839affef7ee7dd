"""The sentences that a security page shows, read back from its HTML."""

from dataclasses import dataclass
from html.parser import HTMLParser


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence as a reader sees it: whose it is, how it is said to stand."""

    claim: str
    status: str
    words: str
    place: str
    """``statement`` where the page makes the claim, ``answer`` where it repeats it."""


def read_sentences(html: str) -> list[Sentence]:
    """Return every sentence that *html* binds to a claim, in reading order."""
    reader = _Reader()
    reader.feed(html)
    return reader.found


class _Reader(HTMLParser):
    """Collects the text of elements that carry ``data-claim``; they do not nest."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Sentence] = []
        self._open: dict[str, str] | None = None
        self._tag = ""
        self._words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Start collecting at an element that carries a claim."""
        named = {name: value or "" for name, value in attrs}
        if "data-claim" in named:
            self._open, self._tag, self._words = named, tag, []

    def handle_data(self, data: str) -> None:
        """Collect words."""
        if self._open is not None:
            self._words.append(data)

    def handle_endtag(self, tag: str) -> None:
        """Keep what was collected when the element ends."""
        if self._open is None or tag != self._tag:
            return
        self.found.append(
            Sentence(
                claim=self._open["data-claim"],
                status=self._open.get("data-status", ""),
                words=" ".join("".join(self._words).split()),
                place=self._open.get("data-place", "statement"),
            )
        )
        self._open = None
