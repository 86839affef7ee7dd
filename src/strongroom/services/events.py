"""What services put on record."""

ADD = "service.add"
REVOKE = "service.revoke"
INTROSPECT = "service.introspect"
