"""What ownership puts on record."""

OFFER = "ownership.offer"
WITHDRAW = "ownership.withdraw"
ACCEPT = "ownership.accept"
DECLINE = "ownership.decline"
