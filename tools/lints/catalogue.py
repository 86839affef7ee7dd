"""Every house lint; a new one adds its line here."""

from typing import Final

from . import (
    anatomy,
    asserts,
    borders,
    docstrings,
    doors,
    local_imports,
    names,
    prints,
    sizes,
    skips,
    sql_format,
    sql_home,
    swallowed,
    type_checking,
    way_out,
)
from .model import Lint


LINTS: Final[tuple[Lint, ...]] = (
    anatomy.LINT,
    asserts.LINT,
    borders.LINT,
    docstrings.LINT,
    doors.LINT,
    local_imports.LINT,
    names.LINT,
    prints.LINT,
    sizes.LINT,
    skips.LINT,
    sql_format.LINT,
    sql_home.LINT,
    swallowed.LINT,
    type_checking.LINT,
    way_out.LINT,
)
