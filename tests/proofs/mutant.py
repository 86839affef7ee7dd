"""What a mutant is: one control taken away from a copy of the source."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Mutant:
    """One control taken away, and the claims that are then false."""

    name: str
    file: str
    """Below the package's folder."""

    line: str
    """A text that stands in the file once."""

    becomes: str
    reddens: frozenset[str]
    blinds: frozenset[str] = frozenset()
    """The claims of which nobody can tell then, because their proofs look by what was
    taken away; they are not red."""

    quick: bool = False
    """Whether it is tried in every run, and not only in the long one."""

    def damage(self, package: Path) -> None:
        """Take the control away in the copy at *package*.

        Raises:
            LookupError: the control does not stand there once, so nothing is damaged.

        """
        file = package / self.file
        text = file.read_text(encoding="utf-8")
        if text.count(self.line) != 1:
            message = f"{self.file} holds {text.count(self.line)} times: {self.line}"
            raise LookupError(message)
        file.write_text(text.replace(self.line, self.becomes), encoding="utf-8")
