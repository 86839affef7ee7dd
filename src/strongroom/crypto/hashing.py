"""Password verifiers: make one, check one, read its parameters.

Guards a stolen table against offline guessing, and a password against being cut
short. Every password is keyed with a pepper before it is hashed.
It does not judge whether a password is a good one, and holds no policy: a verifier
says itself how it was made, so old ones keep working when the policy moves.
"""

import base64
import hmac
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final

import argon2
import bcrypt
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError


SALT_BYTES: Final = 16  # RFC 9106 §3.1; NIST SP 800-63B-4 §3.1.1.2 asks for 4.
DIGEST_BYTES: Final = 32
LOWEST_BCRYPT_COST: Final = 4  # The algorithm's own limit, not a policy.
SHORTEST_PEPPER: Final = 32  # RFC 2104 §3: no shorter than the hash's output.

# Unicode normalisation takes quadratic time on long runs of combining marks, and
# holds the interpreter meanwhile: 100 000 of them took 10 s, 4096 take 16 ms.
LONGEST_PASSWORD: Final = 4096

# Work beyond these is never ours; a planted verifier must not hold up the lane.
CEILINGS: Final = (
    ("memory_kib", 1024 * 1024),
    ("iterations", 32),
    ("parallelism", 16),
    ("cost", 16),
)

_FORMATS: Final = (
    (
        "argon2id",
        re.compile(
            r"\$argon2id\$v=19\$m=(?P<memory_kib>[1-9][0-9]{0,9})"
            r",t=(?P<iterations>[1-9][0-9]{0,9}),p=(?P<parallelism>[1-9][0-9]{0,9})"
            r"\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}"
        ),
    ),
    ("bcrypt", re.compile(r"\$2b\$(?P<cost>[0-9]{2})\$[A-Za-z0-9./]{53}")),
)


class Mismatch(Exception):
    """The password is not the one the verifier was made from."""


class UnknownVerifier(Mismatch):
    """The stored text is not a verifier of ours, so no password matches it."""


@dataclass(frozen=True, slots=True)
class VerifierParameters:
    """How a verifier was made: the algorithm, and the work it takes."""

    algorithm: str
    parameters: Mapping[str, int]

    def require_within_ceilings(self) -> None:
        """Refuse work that no verifier of ours takes.

        Raises:
            ValueError: a parameter is beyond its ceiling.

        """
        for name, ceiling in CEILINGS:
            if self.parameters.get(name, 0) > ceiling:
                message = f"{self.algorithm} {name} may be at most {ceiling}"
                raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Argon2id:
    """Argon2id, version 1.3 (RFC 9106)."""

    memory_kib: int
    iterations: int
    parallelism: int

    def __post_init__(self) -> None:
        """Refuse parameters that RFC 9106 §3.1 does not allow, or beyond a ceiling.

        Raises:
            ValueError: there are such.

        """
        if min(self.iterations, self.parallelism) < 1:
            message = "argon2id needs at least one iteration and one lane"
            raise ValueError(message)
        if self.memory_kib < 8 * self.parallelism:
            message = "argon2id needs at least 8 KiB of memory for each lane"
            raise ValueError(message)
        self.parameters.require_within_ceilings()

    @property
    def parameters(self) -> VerifierParameters:
        """What a verifier of this scheme says of itself."""
        return VerifierParameters("argon2id", asdict(self))

    def hash(self, password: str, pepper: bytes) -> str:
        """Return a new verifier in PHC format.

        Raises:
            ValueError: the password is empty or endless, or the pepper too short.

        """
        hasher = argon2.PasswordHasher(
            self.iterations,
            self.memory_kib,
            self.parallelism,
            hash_len=DIGEST_BYTES,
            salt_len=SALT_BYTES,
            type=argon2.Type.ID,
        )
        return hasher.hash(_keyed(password, pepper))


@dataclass(frozen=True, slots=True)
class Bcrypt:
    """Bcrypt over the keyed password, so that nothing is cut off at 72 bytes."""

    cost: int

    def __post_init__(self) -> None:
        """Refuse a cost that bcrypt does not know, or beyond the ceiling.

        Raises:
            ValueError: it is.

        """
        if self.cost < LOWEST_BCRYPT_COST:
            message = f"bcrypt knows no cost below {LOWEST_BCRYPT_COST}"
            raise ValueError(message)
        self.parameters.require_within_ceilings()

    @property
    def parameters(self) -> VerifierParameters:
        """What a verifier of this scheme says of itself."""
        return VerifierParameters("bcrypt", asdict(self))

    def hash(self, password: str, pepper: bytes) -> str:
        """Return a new verifier in modular crypt format.

        Raises:
            ValueError: the password is empty or endless, or the pepper too short.

        """
        salt = bcrypt.gensalt(self.cost)
        return bcrypt.hashpw(_keyed(password, pepper), salt).decode()


Scheme = Argon2id | Bcrypt

# OWASP Password Storage Cheat Sheet, Argon2id; ASVS 5.0 appendix C.
ARGON2ID_OWASP: Final = Argon2id(memory_kib=19456, iterations=2, parallelism=1)

# ASVS 5.0 appendix C accepts 10; 12 is what security pages promise.
BCRYPT_12: Final = Bcrypt(cost=12)


def verify(verifier: str, password: str, pepper: bytes) -> None:
    """Return when *password* is the one that *verifier* was made from.

    Raises:
        Mismatch: it is not. An empty password or verifier never matches.
        UnknownVerifier: a Mismatch too; the stored text cannot be read.
        ValueError: the pepper is too short.

    """
    if not verifier or not 0 < len(password) <= LONGEST_PASSWORD:
        raise Mismatch
    algorithm, keyed = parse(verifier).algorithm, _keyed(password, pepper)
    if algorithm == "argon2id":
        _verify_argon2id(verifier, keyed)
    else:
        _verify_bcrypt(verifier, keyed)


def needs_rehash(verifier: str, scheme: Scheme) -> bool:
    """Tell whether *verifier* was made in another way than *scheme* would.

    Raises:
        UnknownVerifier: it is no verifier of ours.

    """
    return parse(verifier) != scheme.parameters


def parse(verifier: str) -> VerifierParameters:
    """Return the algorithm and parameters that *verifier* states.

    Raises:
        UnknownVerifier: it is no verifier of ours.

    """
    for algorithm, pattern in _FORMATS:
        found = pattern.fullmatch(verifier)
        if found is not None:
            numbers = {name: int(text) for name, text in found.groupdict().items()}
            return _known(VerifierParameters(algorithm, numbers))
    raise UnknownVerifier


def _known(read: VerifierParameters) -> VerifierParameters:
    try:
        read.require_within_ceilings()
    except ValueError as reason:
        raise UnknownVerifier from reason
    return read


def _keyed(password: str, pepper: bytes) -> bytes:
    """Return 44 ASCII bytes for any password: no NUL, nothing for bcrypt to cut."""
    if len(pepper) < SHORTEST_PEPPER:
        message = f"the pepper must have at least {SHORTEST_PEPPER} bytes"
        raise ValueError(message)
    if not 0 < len(password) <= LONGEST_PASSWORD:
        message = f"a password has 1 to {LONGEST_PASSWORD} characters"
        raise ValueError(message)
    text = unicodedata.normalize("NFC", password)  # NIST SP 800-63B-4 §3.1.1.2.
    # A lone surrogate has no UTF-8, and must mismatch rather than fail.
    raw = text.encode("utf-8", "surrogatepass")
    return base64.b64encode(hmac.digest(pepper, raw, "sha256"))


def _verify_argon2id(verifier: str, keyed: bytes) -> None:
    try:
        argon2.PasswordHasher().verify(verifier, keyed)
    except VerifyMismatchError:
        raise Mismatch from None
    except (InvalidHashError, VerificationError) as reason:
        raise UnknownVerifier from reason


def _verify_bcrypt(verifier: str, keyed: bytes) -> None:
    try:
        matches = bcrypt.checkpw(keyed, verifier.encode())
    except ValueError as reason:
        raise UnknownVerifier from reason
    if not matches:
        raise Mismatch
