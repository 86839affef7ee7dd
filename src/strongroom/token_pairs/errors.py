"""How token pairs say no."""

from strongroom.kernel import Conflict, Invalid, Refusal


class TokenPairInvalid(Invalid):
    """An app's name or scopes cannot be used; the fields say which."""

    code, status, title = "token-pair-invalid", 422, "The app cannot be connected."


class RefreshTokenInvalid(Refusal):
    """The refresh token is mistyped, or what it belongs to has ended."""

    code, status = "refresh-token-invalid", 401
    title = "The refresh token is not valid. Connect the app again."


class RefreshTokenReused(Refusal):
    """The refresh token was used before, so it may be stolen: its session is ended."""

    code, status = "refresh-token-reused", 401
    title = "The refresh token was used twice. Sign in and connect the app again."


class SigningKeyWaits(Conflict):
    """The last key that was made by hand does not sign yet."""

    code, status = "signing-key-waits", 409
    title = "A new key is published already, and signs in a few minutes."
