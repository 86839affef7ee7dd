"""Notes: the smallest app that shows what Strongroom does for one."""

from .product import notes


__all__ = ["notes"]
