"""How the audit log says no."""

from strongroom.kernel import Invalid


class CursorInvalid(Invalid):
    """The cursor did not come from an earlier page."""

    code, status, title = "cursor-invalid", 422, "That is no cursor of ours."


class FilterInvalid(Invalid):
    """A filter holds no usable text, or its period ends before it begins."""

    code, status, title = "filter-invalid", 422, "That filter cannot be used."
