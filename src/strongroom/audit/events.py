"""What the audit log puts on record about itself."""

EXPORT = "audit.export"
