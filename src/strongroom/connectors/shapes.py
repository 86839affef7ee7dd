"""The shapes of a host and of a path that cannot lead elsewhere."""

import re


_HOST = re.compile(r"(?!-)[a-z0-9_-]+(\.[a-z0-9_-]+)*|[0-9a-f:.]+", re.IGNORECASE)
_PATH = re.compile(r"/(?!/)[!-~]*")
_UPWARDS = re.compile(r"\.\.|%2e|\\|#|%5c", re.IGNORECASE)


def is_host(text: str) -> bool:
    """Say whether *text* is a host name or an address, and nothing more."""
    return _HOST.fullmatch(text) is not None


def is_path(text: str) -> bool:
    """Say whether *text* is a path, with a query or not, that only leads downwards."""
    return _PATH.fullmatch(text) is not None and not _UPWARDS.search(text)
