"""What sessions put on record."""

END = "session.end"
SWITCH = "session.switch"
