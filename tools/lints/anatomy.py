"""The same file names in every domain, and no folder that the plan does not know.

Guards against name drift and drawers: whoever knows one domain knows them all.
"""

from collections.abc import Iterator

from tools.house import ANATOMY, DOMAINS, ROOT, SHELL, TOOLKITS, is_proofs

from .model import Lint, Sample, Source, Spot


_BESIDE = frozenset({"__init__", "__main__"})


def find(source: Source) -> Iterator[Spot]:
    """Yield a package that is not in the plan, or a file that no domain may have."""
    if source.path.parts[:2] != ("src", ROOT):
        yield Spot(1, 1, f"the product lives in src/{ROOT}")
        return
    package, *inner = source.path.with_suffix("").parts[2:]
    if package not in DOMAINS | TOOLKITS | SHELL | (set() if inner else _BESIDE):
        yield Spot(1, 1, f"{package!r} is not in the plan (tools/house.py)")
    known = inner and (inner[0] in ANATOMY or is_proofs(inner[0]))
    if package in DOMAINS and (inner[1:] or not known):
        yield Spot(1, 1, f"{'/'.join(inner)!r} is no file of a domain")


LINT = Lint(
    name="anatomy",
    rule="A domain holds files of the known names, a known package or nothing.",
    areas=frozenset({"src"}),
    find=find,
    good=(
        Sample("src/strongroom/__init__.py", "\n"),
        Sample("src/strongroom/room.py", "\n"),
        Sample("src/strongroom/accounts/personal_data.py", "\n"),
        Sample("src/strongroom/accounts/proofs_erasure.py", "\n"),
        Sample("src/strongroom/lab/browser/page.py", "\n"),
    ),
    bad=(
        Sample("src/strongroom/gossip/__init__.py", "\n"),
        Sample("src/strongroom/gossip.py", "\n"),
        Sample("src/strongroom/accounts/views.py", "\n"),
        Sample("src/strongroom/accounts/service2.py", "\n"),
        Sample("src/strongroom/accounts/store/rows.py", "\n"),
        Sample("src/other/__init__.py", "\n"),
    ),
)
