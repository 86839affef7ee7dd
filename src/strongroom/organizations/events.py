"""What organizations put on record."""

RENAME = "organization.rename"
CHANGE_ROLE = "member.change-role"
REMOVE_MEMBER = "member.remove"
