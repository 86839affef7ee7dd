"""What log streams put on record."""

CREATE = "log-stream.create"
CHANGE = "log-stream.change"
TEST = "log-stream.test"
ROTATE = "log-stream.rotate"
DELETE = "log-stream.delete"
