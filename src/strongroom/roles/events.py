"""What roles put on record."""

CREATE = "role.create"
CHANGE = "role.change"
DELETE = "role.delete"
