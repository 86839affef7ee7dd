"""How sessions say no."""

from strongroom.kernel import NotFound


class NoSuchSession(NotFound):
    """The account has no such session: it ended, or is somebody else's."""

    code, status, title = "not-found", 404, "There is nothing here."
