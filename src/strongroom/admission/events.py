"""What admission puts on record."""

CHANGE = "sign-in-policy.change"
UNDO = "sign-in-policy.undo"
