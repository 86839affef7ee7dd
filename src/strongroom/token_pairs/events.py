"""What token pairs put on record."""

CREATE = "token.create"
REFRESH = "token.refresh"
REVOKE = "token.revoke"
REUSE = "token.reuse"
ROTATE_KEY = "token.rotate-key"
