"""How passkeys say no."""

from strongroom.kernel import Conflict, NotFound, Refusal


class WrongPasskey(Refusal):
    """Nothing that was signed opens this; which check failed is not told."""

    code, status = "wrong-passkey", 401
    title = "This passkey was not accepted."


class ChallengeSpent(Refusal):
    """The question was answered before, is too old, or was another browser's."""

    code, status = "challenge-spent", 401
    title = "This took too long. Try again."


class CounterFell(Refusal):
    """The passkey counted less than before: somebody may hold a copy of it."""

    code, status = "passkey-copied", 401
    title = "This passkey may have been copied, so it was not accepted."


class PasskeyKnown(Conflict):
    """This very passkey is registered already."""

    code, status = "passkey-known", 409
    title = "This passkey is registered already."


class TooManyPasskeys(Conflict):
    """The account has as many as it may have; remove one first."""

    code, status = "too-many-passkeys", 409
    title = "There are as many passkeys as an account can have."


class NoSuchPasskey(NotFound):
    """The caller has no such passkey."""

    code, status, title = "no-such-passkey", 404, "There is no such passkey."
