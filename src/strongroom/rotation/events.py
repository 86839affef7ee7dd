"""What the replacing of keys puts on record."""

ROTATE = "key.rotate"
RESEAL = "key.reseal"
REPLACE_ROOT = "key.replace-root"
