"""The two ways in which a proof does not hold."""


class Contradicted(Exception):
    """The claim is false; the message says what was seen."""


class Unprovable(Exception):
    """Nobody can tell; the message says why."""


def require(condition: object, otherwise: str) -> None:
    """Go on if *condition* holds.

    Raises:
        Contradicted: it does not; *otherwise* says what was seen.

    """
    if not condition:
        raise Contradicted(otherwise)


def require_provable(condition: object, otherwise: str) -> None:
    """Go on if *condition* holds: a positive control, or a population to look at.

    Raises:
        Unprovable: it does not; *otherwise* says what is missing.

    """
    if not condition:
        raise Unprovable(otherwise)
