"""What the vault puts on record."""

SEAL = "key-check.seal"
DELETE = "key-check.delete"
