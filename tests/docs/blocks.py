"""The code blocks of the docs, and how each is run.

The words after the language say how; with none, a ``python`` block is run as a
program, and the ``$`` lines of a ``console`` block by a shell, whose output must be
the lines that are shown: ``…`` stands for anything.

    server       a server is running on ./data
    background   the command goes on until the page ends; what is shown appears
    exit=N       the last command ends so
    file=PATH    nothing runs: the block is saved there, for the blocks after it
    no-run: …    nothing runs, for this reason
"""

import re
from dataclasses import dataclass
from pathlib import Path


REPOSITORY = Path(__file__).parents[2]
RUNNABLE = frozenset({"console", "python"})

_FENCE = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block of a page."""

    page: Path
    line: int
    language: str
    words: str
    text: str

    @property
    def place(self) -> str:
        """Where it stands, for whoever reads a failure."""
        return f"{self.page.relative_to(REPOSITORY)}:{self.line}"

    @property
    def reason(self) -> str | None:
        """Why it is not run, or None if it is."""
        found = re.search(r"\bno-run:?(.*)", self.words)
        return found[1].strip() if found else None

    @property
    def file(self) -> str | None:
        """Where it is saved instead of being run."""
        found = re.search(r"\bfile=(\S+)", self.words)
        return found[1] if found else None

    @property
    def exit_code(self) -> int:
        """How its last command ends."""
        found = re.search(r"\bexit=(\d+)", self.words)
        return int(found[1]) if found else 0

    @property
    def is_run(self) -> bool:
        """Whether the block runs."""
        run = self.language in RUNNABLE
        return run and self.reason is None and self.file is None

    def has(self, word: str) -> bool:
        """Say whether *word* stands after the language."""
        return word in self.words.partition("no-run")[0].split()

    def script(self) -> str:
        """Return the commands of a console block: ``$`` lines, and their rest."""
        return "\n".join(line.removeprefix("$ ") for line in self._split()[0])

    def shown(self) -> str:
        """Return the output that a console block shows."""
        return "\n".join(self._split()[1])

    def _split(self) -> tuple[list[str], list[str]]:
        commands: list[str] = []
        shown: list[str] = []
        goes_on = False
        for line in self.text.splitlines():
            is_command = goes_on or line.startswith("$ ")
            (commands if is_command else shown).append(line)
            goes_on = is_command and line.endswith("\\")
        return commands, shown


def pages() -> list[Path]:
    """Return the pages whose blocks are run: all but the guide for contributors."""
    found = [REPOSITORY / "README.md", *sorted(REPOSITORY.glob("docs/**/*.md"))]
    return [page for page in found if "contributing" not in page.parts]


def blocks_of(page: Path) -> list[Block]:
    """Return the fenced blocks of *page*, in reading order."""
    return blocks_in(page, page.read_text(encoding="utf-8"))


def blocks_in(page: Path, text: str) -> list[Block]:
    """Return the fenced blocks of *text*, which stands on *page*."""
    return [
        Block(
            page,
            text.count("\n", 0, found.start()) + 1,
            found[1],
            found[2].strip(),
            found[3],
        )
        for found in _FENCE.finditer(text)
    ]


def matches(shown: str, output: str) -> bool:
    """Say whether *output* holds the lines that are *shown*; ``…`` is anything."""
    lines = [line.rstrip() for line in shown.splitlines() if line.strip()]
    pattern = "\n".join(map(re.escape, lines)).replace("…\n", "…").replace("\n…", "…")
    told = "\n".join(line.rstrip() for line in output.splitlines() if line.strip())
    return re.search(pattern.replace("…", "(?s:.*?)"), told) is not None
