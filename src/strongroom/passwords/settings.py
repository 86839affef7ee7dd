"""How passwords are kept, and how long they are."""

from dataclasses import dataclass
from typing import Final, Literal

from strongroom.crypto import Argon2id, Bcrypt, Scheme


# ASVS 5.0 appendix C, Argon2id: the memory in KiB for 1, 2, and 3 or more iterations.
ARGON2ID_FLOORS: Final = (47104, 19456, 12288)
BCRYPT_FLOOR: Final = 10  # ASVS 5.0 appendix C.

SHORTEST_MINIMUM: Final = 15  # NIST SP 800-63B-4 §3.1.1.2, as the sole factor.
SHORTEST_MAXIMUM: Final = 64  # NIST SP 800-63B-4 §3.1.1.2.
LONGEST_MAXIMUM: Final = 1024  # Four times as long, decomposed, can still be hashed.


@dataclass(frozen=True, slots=True)
class PasswordSettings:
    """The password rules; none can be set below the standards that they come from."""

    algorithm: Literal["argon2id", "bcrypt"] = "argon2id"
    """The hash for new verifiers; older ones are made anew at sign-in."""

    memory_kib: int = 19456
    """Memory that one Argon2id hash fills, in KiB."""

    iterations: int = 2
    """Passes that Argon2id makes over its memory."""

    parallelism: int = 1
    """Lanes of one Argon2id hash."""

    cost: int = 12
    """Bcrypt's cost: each step doubles the work."""

    minimum_length: int = 15
    """The fewest characters of a new password."""

    maximum_length: int = 1024
    """The most characters of a password; longer ones are refused unhashed."""

    def __post_init__(self) -> None:
        """Refuse rules that are weaker than the standards.

        Raises:
            ValueError: one is.

        """
        self._require_strong_hash()
        self._require_fair_lengths()

    @property
    def scheme(self) -> Scheme:
        """The scheme that makes new verifiers."""
        if self.algorithm == "bcrypt":
            return Bcrypt(self.cost)
        return Argon2id(self.memory_kib, self.iterations, self.parallelism)

    def _require_strong_hash(self) -> None:
        # Both schemes are held to their floors: the other one may be chosen next.
        Argon2id(self.memory_kib, self.iterations, self.parallelism)
        floor = ARGON2ID_FLOORS[min(self.iterations, len(ARGON2ID_FLOORS)) - 1]
        if self.memory_kib < floor:
            message = f"memory_kib must be at least {floor} at this many iterations"
            raise ValueError(message)
        if Bcrypt(self.cost).cost < BCRYPT_FLOOR:
            message = f"cost must be at least {BCRYPT_FLOOR}"
            raise ValueError(message)

    def _require_fair_lengths(self) -> None:
        if self.minimum_length < SHORTEST_MINIMUM:
            message = f"minimum_length must be at least {SHORTEST_MINIMUM}"
            raise ValueError(message)
        if not SHORTEST_MAXIMUM <= self.maximum_length <= LONGEST_MAXIMUM:
            message = f"maximum_length must be {SHORTEST_MAXIMUM} to {LONGEST_MAXIMUM}"
            raise ValueError(message)
        if self.minimum_length > SHORTEST_MAXIMUM:
            message = f"minimum_length may be at most {SHORTEST_MAXIMUM}"
            raise ValueError(message)
