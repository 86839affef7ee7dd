"""How a limit says no."""

from typing import Any

from strongroom.kernel import Refusal


class LimitReached(Refusal):
    """Something was tried more often than its limit allows."""

    code, status = "quota-exceeded", 429
    title = "Too many attempts. Wait a little."

    def __init__(self, spent: Any, seconds: int) -> None:
        """Refuse by the decision *spent*, for so many *seconds*."""
        wait = f"{seconds} seconds" if seconds != 1 else "one second"
        super().__init__(
            f"Too many attempts. Try again in {wait}.", retry_after=seconds
        )
        self.spent = spent
