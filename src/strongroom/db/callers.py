"""Whom a look-up found: every kind of credential selects these columns alike."""

from typing import Any

from strongroom.kernel import Caller

from .doors import Row


def caller_of(row: Row, **others: Any) -> Caller:
    """Return the caller of a look-up's *row*; *others* are what its credential has.

    The row has the columns ``session_id``, ``account_id``, ``email``, ``role``,
    ``organization_id``, ``name``, ``granted``, ``networks``, ``barred`` and
    ``expires_at``.
    """
    return Caller(
        session_id=row["session_id"],
        account_id=row["account_id"],
        email=row["email"],
        organization_id=row["organization_id"],
        organization_name=row["name"],
        role=row["role"],
        expires_at=row["expires_at"],
        granted=None if row["granted"] is None else frozenset(row["granted"]),
        networks=tuple(row["networks"] or ()),
        barred=row["barred"],
        **others,
    )
