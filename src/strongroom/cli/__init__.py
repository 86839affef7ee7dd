"""The command line: one file per command, and a list of them in ``commands``."""

from .main import main


__all__ = ["main"]
