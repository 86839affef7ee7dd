"""What a change of address puts on record."""

ASK = "address.ask-change"
CHANGE = "address.change"
UNDO = "address.undo"
