"""How a replacement says no."""

from strongroom.kernel import Conflict


class RotationUnderWay(Conflict):
    """The owner's last replacement of its key has not begun to seal yet."""

    code, status, title = "rotation-under-way", 409, "The key is just being replaced."
