"""What impersonation puts on record, in the operators' trail and the customer's log."""

BEGIN = "impersonation.begin"
END = "impersonation.end"
