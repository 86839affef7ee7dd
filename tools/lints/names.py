"""No drawers: a thing is named for what it is.

Guards against modules that collect whatever found no name, and against classes
named for being code.
"""

import ast
import re
from collections.abc import Iterator

from .model import Lint, Sample, Source, Spot


_DRAWERS = frozenset({"utils", "util", "helpers", "helper", "common", "misc"})
_CODE_WORDS = re.compile(r"^Base(?![a-z])|(?:Service|Manager|Helpers?|Utils?)$")


def find(source: Source) -> Iterator[Spot]:
    """Yield drawer names of the file or its folders, and code words in classes."""
    for name in {*source.path.parts[:-1], source.path.stem} & _DRAWERS:
        yield Spot(1, 1, f"{name!r} is a drawer; name the idea")
    for node in source.nodes:
        if isinstance(node, ast.ClassDef) and _CODE_WORDS.search(node.name):
            yield Spot(node.lineno, node.lineno, f"{node.name} is not a noun of ours")


LINT = Lint(
    name="names",
    rule="No utils, helpers, common or misc; no *Service, *Manager, *Helper, Base*.",
    areas=frozenset({"src", "tests", "tools", "examples"}),
    find=find,
    good=(
        Sample("src/strongroom/passwords/service.py", "class Passwords: ...\n"),
        Sample("src/strongroom/web/forms.py", "class Baseline: ...\n"),
        Sample("src/strongroom/web/x.py", "class Form(BaseException): ...\n"),
    ),
    bad=(
        Sample("src/strongroom/web/utils.py", "\n"),
        Sample("tests/common/mail.py", "\n"),
        Sample("src/strongroom/x.py", "class PasswordService: ...\n"),
        Sample("src/strongroom/x.py", "class SessionManager: ...\n"),
        Sample("src/strongroom/x.py", "class FormHelper: ...\n"),
        Sample("src/strongroom/x.py", "class BaseDoor: ...\n"),
        Sample("src/strongroom/x.py", "class Base: ...\n"),
    ),
)
