"""Bearers of two kinds, told apart by how they begin."""

from typing import Protocol

from strongroom.kernel import Caller


KEY_PREFIX = "srk_"
"""How every API key begins, and no access token can."""


class Finder(Protocol):
    """What looks one kind of credential up."""

    async def find(self, token: str) -> Caller | None:
        """Return who *token* speaks for."""


class Bearers:
    """Looks a bearer up where its kind is known."""

    def __init__(self, keys: Finder, access_tokens: Finder) -> None:
        """Ask *keys* for API keys, and *access_tokens* for the rest."""
        self._keys, self._access_tokens = keys, access_tokens

    async def find(self, token: str) -> Caller | None:
        """Return for whom *token* acts at this moment, or None.

        Raises:
            DatabaseUnavailable: the database did not answer in time.

        """
        is_key = token.startswith(KEY_PREFIX)
        finder = self._keys if is_key else self._access_tokens
        return await finder.find(token)
