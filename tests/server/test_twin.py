"""What a sabotage changes, and that all of it comes back."""

from typing import Any, ClassVar

import pytest

from strongroom.server.twin import Workshop


class Plain:
    """It holds what it was given, and shares the rest."""

    shared: ClassVar[str] = "shared"

    def __init__(self) -> None:
        """Hold something."""
        self.held = "held"


class Slotted:
    """Its values lie in slots, as those of route handlers do."""

    __slots__ = ("held",)

    def __init__(self) -> None:
        """Hold something."""
        self.held = "held"


@pytest.mark.parametrize(
    ("thing", "attribute"),
    [(Plain(), "held"), (Plain(), "shared"), (Plain, "shared"), (Slotted(), "held")],
)
async def test_what_was_changed_comes_back(thing: Any, attribute: str) -> None:
    """Wherever it lay: in the object, in its class, or in a slot."""
    workshop = Workshop(None, None, None, "")  # type: ignore[arg-type]
    before = getattr(thing, attribute)
    workshop.change(thing, attribute, "broken")
    assert getattr(thing, attribute) == "broken"
    await workshop.mend()
    assert getattr(thing, attribute) == before
    assert isinstance(thing, type) or (
        attribute != "shared" or attribute not in vars(thing)
    )
