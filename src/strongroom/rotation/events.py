"""What the replacing of keys puts on record."""

ROTATE = "key.rotate"
RESEAL = "key.reseal"
ROTATE_ROOT = "key.rotate-root"
REPLACE_ROOT = "key.replace-root"
