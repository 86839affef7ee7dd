"""Text that must not be shown.

Guards against a password or key reaching a log, a traceback or a JSON body by
accident. It does not clear memory: Python strings cannot be wiped.
"""

from typing import NoReturn


class Secret:
    """A string that shows itself only when asked by name."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        """Hide *value*."""
        self._value = value

    def reveal(self) -> str:
        """Return the hidden text."""
        return self._value

    def __repr__(self) -> str:
        """Show that something is hidden, and nothing of it."""
        return "Secret(•••)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        """Compare by identity only, so that no timing or repr leaks the text."""
        return self is other

    def __hash__(self) -> int:
        """Hash by identity, as equality does."""
        return id(self)

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled.

        Raises:
            TypeError: always.

        """
        message = "a Secret cannot be pickled"
        raise TypeError(message)
