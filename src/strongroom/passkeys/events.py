"""What passkeys put on record."""

ENROL = "passkey.enrol"
REGISTER = "passkey.register"
RENAME = "passkey.rename"
REMOVE = "passkey.remove"
COPIED = "passkey.copied"
STEP_UP = "passkey.step-up"
