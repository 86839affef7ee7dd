"""Where a request came from, as far as we saw it ourselves."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Origin:
    """The socket's peer address, the browser's words about itself, the request's id."""

    address: str | None = None
    user_agent: str | None = None
    request_id: str | None = None
    device: str | None = field(default=None, repr=False)
    """What the browser shows for having signed in before; it is put on no record."""


NOWHERE = Origin()
"""The origin of work that no request asked for, such as a job."""
