"""How the audit log says no."""

from strongroom.kernel import Conflict, Invalid


class CursorInvalid(Invalid):
    """The cursor did not come from an earlier page."""

    code, status, title = "cursor-invalid", 422, "That is no cursor of ours."


class FilterInvalid(Invalid):
    """A filter holds no usable text, or its period ends before it begins."""

    code, status, title = "filter-invalid", 422, "That filter cannot be used."


class ViewExists(Conflict):
    """The organization has a view of that name; delete it first, or take another."""

    code, status, title = "view-exists", 409, "There is a view of that name."


class NotSealedYet(Conflict):
    """The entry is too new to be in the tree; a second later it is."""

    code, status, title = "not-sealed-yet", 409, "The entry is not sealed yet."
