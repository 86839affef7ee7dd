"""The shape of the code in a few numbers: what is usual, and what is longest."""

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import quantiles
from typing import Self

from .model import Source
from .sizes import functions


@dataclass(frozen=True, slots=True)
class Spread:
    """The median, the ninetieth percentile and the longest of some lengths."""

    count: int
    median: int
    p90: int
    longest: int
    where: str

    @classmethod
    def of(cls, lengths: dict[str, int]) -> Self:
        """Measure named *lengths*; of none, everything is zero."""
        if not lengths:
            return cls(0, 0, 0, 0, "none")
        values = [*lengths.values()]
        tenths = quantiles(values * 2, n=10, method="inclusive")
        where = max(lengths, key=lambda name: lengths[name])
        middle, high = round(tenths[4]), round(tenths[8])
        return cls(len(values), middle, high, lengths[where], where)

    def __str__(self) -> str:
        """Return the numbers on one line."""
        return (
            f"{self.count}, median {self.median}, 90 % within {self.p90},"
            f" longest {self.longest} ({self.where})"
        )


def file_spread(sources: tuple[Source, ...]) -> Spread:
    """Measure the product's files in lines."""
    return Spread.of({str(s.path): s.lines for s in _product(sources)})


def function_spread(sources: tuple[Source, ...]) -> Spread:
    """Measure the product's functions in lines."""
    lengths = {
        f"{source.path}:{line} {name}": length
        for source in _product(sources)
        for name, line, length in functions(source)
    }
    return Spread.of(lengths)


def _product(sources: tuple[Source, ...]) -> Iterator[Source]:
    return (source for source in sources if source.area == "src")
