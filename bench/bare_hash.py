"""The bare hash: argon2id at the default cost, by the library alone.

Run as ``python -m bench.bare_hash COUNT``; prints the milliseconds of each as JSON.
"""

import sys
import time

import argon2
import msgspec

from strongroom.crypto import ARGON2ID_OWASP


PASSWORD = "correct horse battery staple"  # noqa: S105 - of nobody.


def main(count: int) -> None:
    """Verify the same password *count* times."""
    cost = ARGON2ID_OWASP
    hasher = argon2.PasswordHasher(cost.iterations, cost.memory_kib, cost.parallelism)
    verifier = hasher.hash(PASSWORD)
    hasher.verify(verifier, PASSWORD)
    print(msgspec.json.encode([_time(hasher, verifier) for _ in range(count)]).decode())


def _time(hasher: argon2.PasswordHasher, verifier: str) -> float:
    before = time.perf_counter()
    hasher.verify(verifier, PASSWORD)
    return (time.perf_counter() - before) * 1000


if __name__ == "__main__":
    main(int(sys.argv[1]))
