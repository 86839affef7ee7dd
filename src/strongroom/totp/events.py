"""What second factors put on record."""

ENROL = "totp.enrol"
ENABLE = "totp.enable"
DISABLE = "totp.disable"
RENEW_CODES = "totp.renew-codes"
LOCK = "totp.lock"
STEP_UP = "session.step-up"
