"""Strongroom: the security page that proves itself.

Importing this package loads nothing else: a program that needs one domain
imports that domain, for instance ``from strongroom.db import Database``.
"""

__version__ = "0.1.0"
