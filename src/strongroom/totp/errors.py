"""How second factors say no."""

from strongroom.kernel import Conflict, Refusal


class WrongCode(Refusal):
    """The code is neither the app's present one nor an unused recovery code."""

    code, status, title = "wrong-code", 401, "That code does not match."


class CodeUsed(Refusal):
    """The code was right, and each code works once. The app shows the next one soon."""

    code, status = "code-used", 401
    title = "That code was used already. Wait for the next one."


class FactorLocked(Refusal):
    """There were too many wrong codes. A recovery code still works."""

    code, status = "factor-locked", 429
    title = "Too many wrong codes. Wait, or use a recovery code."


class NoFactor(Conflict):
    """The account has no second factor, or none that waits for its first code."""

    code, status, title = "no-factor", 409, "There is no second factor to do this with."


class FactorOn(Conflict):
    """The account has a second factor already; turn it off before another begins."""

    code, status, title = "factor-on", 409, "A second factor is on already."
