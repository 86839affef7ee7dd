"""How often something may happen, as a profile writes it: ``10/5m``."""

import re
from dataclasses import dataclass, field
from typing import Self

from .duration import SettingsInvalid, duration


_SHAPE = re.compile(r"([1-9][0-9]{0,6})/([0-9]+[smhd])")


@dataclass(frozen=True, slots=True)
class Budget:
    """So many units in a window of seconds; they come back one by one, not at once."""

    quota: int
    window: float
    interval: float = field(init=False, compare=False, repr=False)
    """Seconds after which one more unit is back."""

    def __post_init__(self) -> None:
        """Work the interval out.

        Raises:
            ValueError: nothing could ever happen.

        """
        if self.quota < 1 or self.window <= 0:
            message = "a budget needs at least one unit and some time"
            raise ValueError(message)
        object.__setattr__(self, "interval", self.window / self.quota)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the budget that *text* such as ``10/5m`` names.

        Raises:
            SettingsInvalid: it is not a number, a slash and a duration.

        """
        match = _SHAPE.fullmatch(text) if isinstance(text, str) else None
        window = duration(match[2]).total_seconds() if match else 0
        if match is None or not window:
            message = f"{text!r} is not a budget such as 10/5m"
            raise SettingsInvalid(message)
        return cls(int(match[1]), window)

    def __str__(self) -> str:
        """Return it as a profile writes it, in the largest whole unit."""
        for unit, seconds in (("d", 86_400), ("h", 3600), ("m", 60)):
            if not self.window % seconds:
                return f"{self.quota}/{self.window // seconds:.0f}{unit}"
        return f"{self.quota}/{self.window:.0f}s"
