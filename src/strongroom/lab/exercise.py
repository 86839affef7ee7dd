"""How a canary performs one operation, once, as a person would.

Proofs that must see every mutating operation succeed, such as the audit log's,
find here how; an operation without an exercise is itself a finding.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx


Perform = Callable[[Any], Awaitable[httpx.Response]]
"""Takes the lab, and returns the answer to the operation itself."""


@dataclass(frozen=True, slots=True)
class Exercise:
    """One operation, the action it must put on record, and how to perform it."""

    operation: str
    action: str
    perform: Perform


def exercise(operation: str, *, action: str) -> Callable[[Perform], Exercise]:
    """Declare how to perform *operation*, such as ``POST /api/v1/sessions``."""

    def declare(perform: Perform) -> Exercise:
        return Exercise(operation, action, perform)

    return declare
