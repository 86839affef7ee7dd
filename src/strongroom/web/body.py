"""The bodies of requests and answers: strict on the way in, an allow-list out."""

import msgspec


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A request's body: a field that was not asked for is refused.

    It never shows its values, so that a password cannot reach a traceback.
    """

    def __repr__(self) -> str:
        """Show the kind of body, and nothing of it."""
        return f"{type(self).__name__}(•••)"


class Answered(msgspec.Struct, frozen=True):
    """An answer's body: exactly the fields that are written down."""
