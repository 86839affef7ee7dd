"""What organizations put on record."""

RENAME = "organization.rename"
CHANGE_ROLE = "member.change-role"
LEAVE = "member.leave"
REMOVE_MEMBER = "member.remove"
