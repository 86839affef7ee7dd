"""What break-glass puts on record, in the operators' trail and the customer's log."""

ASK = "break-glass.ask"
APPROVE = "break-glass.approve"
END = "break-glass.end"
