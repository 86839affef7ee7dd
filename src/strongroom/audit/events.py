"""What the audit log puts on record about itself."""

EXPORT = "audit.export"
CREATE_VIEW = "audit-view.create"
DELETE_VIEW = "audit-view.delete"
