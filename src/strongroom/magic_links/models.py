"""What comes of asking for a link."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from strongroom.kernel import Secret


@dataclass(frozen=True, slots=True)
class Asked:
    """The browser that asked, known again by its cookie."""

    asker: Secret
    cookie: Mapping[str, Any]
    """The parts of the cookie that holds *asker*."""
