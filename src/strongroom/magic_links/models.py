"""What comes of asking for a link."""

from dataclasses import dataclass

from strongroom.kernel import Cookie, Secret


@dataclass(frozen=True, slots=True)
class Asked:
    """The browser that asked, known again by its cookie."""

    asker: Secret
    cookie: Cookie
    """The parts of the cookie that holds *asker*, and the page that was wanted."""
