"""What API keys put on record."""

CREATE = "api-key.create"
REVOKE = "api-key.revoke"
