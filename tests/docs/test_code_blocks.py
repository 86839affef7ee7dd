"""What the docs tell people to type works, and says what they show."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

from tests.running import RunningServer, run_server

from .blocks import (
    REPOSITORY,
    RUNNABLE,
    Block,
    blocks_in,
    blocks_of,
    matches,
    pages,
)
from .desk import SERVER_PORTS, Desk
from .light import light_profile


PAGES = [page for page in pages() if any(each.is_run for each in blocks_of(page))]
EVERY = [block for page in pages() for block in blocks_of(page)]

Lend = Callable[[], RunningServer]


@pytest.fixture(scope="session")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the profile that the servers of the docs show."""
    return light_profile(tmp_path_factory.mktemp("page"))


@pytest.fixture(scope="session")
def documented_server(
    page: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Lend]:
    """Lend a running server, which is started once some page needs one."""
    with ExitStack() as opened:

        @cache
        def lend() -> RunningServer:
            data = tmp_path_factory.mktemp("documented") / "data"
            return opened.enter_context(run_server(data, str(page)))

        yield lend


@pytest.mark.parametrize("text", PAGES, ids=lambda p: str(p.relative_to(REPOSITORY)))
def test_the_blocks_of_a_page_run(
    text: Path, page: Path, documented_server: Lend, tmp_path: Path
) -> None:
    """From the top of a page to its end, every block does what the page says."""
    blocks = blocks_of(text)
    ports = None
    if any(block.has("server") for block in blocks):
        server = documented_server()
        (tmp_path / "data").symlink_to(server.data)
        numbers = (server.port, server.http_port, server.admin_port)
        ports = dict(zip(SERVER_PORTS, numbers, strict=True))
    with Desk(tmp_path, page, ports) as desk:
        for block in blocks:
            desk.do(block)


@pytest.mark.parametrize(
    "block",
    [each for each in EVERY if each.reason is not None],
    ids=lambda block: block.place,
)
def test_a_block_that_does_not_run_says_why(block: Block) -> None:
    """Whoever reads the page's source finds a reason in words."""
    assert len((block.reason or "").split()) > 2


def test_most_blocks_run() -> None:
    """What is shown and never run is the exception."""
    code = [block for block in EVERY if block.language in RUNNABLE]
    still = [block.place for block in code if block.reason is not None]
    assert 3 * len(still) <= len(code), still


@pytest.mark.parametrize(
    ("shown", "output", "same"),
    [
        ("a\nb", "a\n\nb  \n", True),
        ("b", "a\nb\nc\n", True),
        ("a … c", "a b c\n", True),
        ("a\n…\nd", "a\nb\nc\nd\n", True),
        ("a\nc", "a\nb\nc\n", False),
        ("a … d", "a b c\n", False),
        ("[0.1 s]", "[011 s]\n", False),
    ],
)
def test_output_is_compared(shown: str, output: str, *, same: bool) -> None:
    """Dots stand for anything, and everything else for itself."""
    assert matches(shown, output) is same


@pytest.mark.parametrize(
    ("block", "complaint"),
    [
        ("```console\n$ echo one\ntwo\n```\n", "says something else"),
        ("```console\n$ false\n```\n", "ends otherwise"),
        ("```console exit=1\n$ true\n```\n", "ends otherwise"),
        ("```python\nraise SystemExit(1)\n```\n", "ends otherwise"),
        ("```console background\n$ echo one\ntwo\n```\n", "does not come to say so"),
    ],
)
def test_a_wrong_block_is_found(
    block: str, complaint: str, page: Path, tmp_path: Path
) -> None:
    """A page that shows something else than what happens does not pass."""
    [wrong] = blocks_in(REPOSITORY / "imagined.md", block)
    with Desk(tmp_path, page) as desk, pytest.raises(AssertionError, match=complaint):
        desk.do(wrong)
