"""How the audit log says no."""

from strongroom.kernel import Invalid


class CursorInvalid(Invalid):
    """The cursor did not come from an earlier page."""

    code, status, title = "cursor-invalid", 422, "That is no cursor of ours."
