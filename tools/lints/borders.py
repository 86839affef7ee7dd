"""A dot means home, a full name means a border.

Guards against reaching past another package's face into its inner modules, which
the layer contracts cannot see. Tests may look inside what they test.
"""

import ast
from collections.abc import Iterator

from tools.house import ANATOMY, COMPOSERS, ROOT

from .model import Lint, Sample, Source, Spot


_FACE = 2  # strongroom.accounts: the root and the package.


def find(source: Source) -> Iterator[Spot]:
    """Yield imports that leave home by a dot, or cross a border past the face."""
    for node in source.nodes:
        match node:
            case ast.Import(names=names):
                for name in names:
                    yield from _crossing(source, node, name.name, ())
            case ast.ImportFrom(level=0, module=str(module), names=names):
                inner = tuple(name.name for name in names)
                yield from _crossing(source, node, module, inner)
            case ast.ImportFrom(level=level) if level:
                yield from _leaving(source, node)


def _crossing(
    source: Source, node: ast.AST, module: str, names: tuple[str, ...]
) -> Iterator[Spot]:
    root, *parts = module.split(".")
    if root != ROOT or not parts:
        return
    if parts[0] == source.home:
        yield Spot.at(node, f"{module} is home; import it by a dot")
    elif source.home in COMPOSERS and parts[1:] == ["manifest"]:
        return
    elif len(parts) + 1 > _FACE:
        face = f"{root}.{parts[0]}"
        yield Spot.at(node, f"{module} is inside {face}; import from {face}")
    else:
        for name in names:
            if name in ANATOMY or name.startswith("_"):
                yield Spot.at(node, f"{module}.{name} is inside {module}")


def _leaving(source: Source, node: ast.ImportFrom) -> Iterator[Spot]:
    if source.area != "src":
        return
    folder = source.path.parts[1:-1]
    above = folder[: len(folder) - node.level + 1]
    target = (*above, *(node.module or "").split("."))[:_FACE]
    if source.home is None or target != (ROOT, source.home):
        yield Spot.at(node, "a dot leaves home here; write the full name")


LINT = Lint(
    name="borders",
    rule="Across packages import only the face; at home only by a dot.",
    areas=frozenset({"src", "examples"}),
    find=find,
    good=(
        Sample(
            "src/strongroom/signin/service.py",
            "from strongroom.accounts import Accounts\nfrom . import store\n"
            "from .models import Attempt\nfrom strongroom import __version__\n",
        ),
        Sample("src/strongroom/lab/web/page.py", "from ..models import Evidence\n"),
        Sample("src/strongroom/room.py", "from strongroom.web import Page\n"),
        Sample(
            "src/strongroom/server/domains.py",
            "from strongroom.audit.manifest import DOMAIN\n",
        ),
        Sample("examples/notes/app.py", "from strongroom.room import Strongroom\n"),
    ),
    bad=(
        Sample("src/strongroom/signin/api.py", "import strongroom.accounts.store\n"),
        Sample(
            "src/strongroom/signin/api.py",
            "from strongroom.accounts.store import find\n",
        ),
        Sample("src/strongroom/signin/api.py", "from strongroom.accounts import store"),
        Sample("src/strongroom/signin/api.py", "from strongroom.kernel import _dig"),
        Sample("src/strongroom/signin/api.py", "from strongroom.signin import SignIn"),
        Sample("src/strongroom/signin/api.py", "from ..accounts import Accounts\n"),
        Sample("src/strongroom/signin/api.py", "from .. import accounts\n"),
        Sample("src/strongroom/room.py", "from .accounts import Accounts\n"),
        Sample(
            "src/strongroom/trust/service.py",
            "from strongroom.audit.manifest import DOMAIN\n",
        ),
        Sample("examples/notes/app.py", "from strongroom.db.pool import Pool\n"),
    ),
)
