"""A test that is not run says why.

Guards against tests that fall silent, and against expected failures that nobody
expects any more.
"""

import ast
from collections.abc import Iterator

from .model import Lint, Sample, Source, Spot


_CALLS = frozenset({"skip", "xfail", "importorskip"})
_MARKS = frozenset({"skip", "skipif", "xfail"})


def find(source: Source) -> Iterator[Spot]:
    """Yield skips and expected failures without a reason in words."""
    called = {
        id(node.func): node for node in source.nodes if isinstance(node, ast.Call)
    }
    for node in source.nodes:
        match node:
            case ast.Attribute(value=ast.Name(id="pytest"), attr=name) if (
                name in _CALLS
            ):
                call = called.get(id(node))
                if call is None or not _has_reason(call, plain=name != "importorskip"):
                    yield Spot.at(node, f"pytest.{name} needs a reason")
            case ast.Attribute(value=ast.Attribute(attr="mark"), attr=name) if (
                name in _MARKS
            ):
                call = called.get(id(node))
                if call is None or not _has_reason(call, plain=False):
                    yield Spot.at(node, f"pytest.mark.{name} needs reason=")


def _has_reason(call: ast.Call, *, plain: bool) -> bool:
    given = [word.value for word in call.keywords if word.arg == "reason"]
    return any(map(_is_words, given + (call.args[:1] if plain else [])))


def _is_words(value: ast.expr) -> bool:
    match value:
        case ast.Constant(value=str(text)):
            return bool(text.strip())
        case ast.Constant():
            return False
    return True


_FILE = "tests/audit/test_service.py"

LINT = Lint(
    name="skips",
    rule="A skip or an expected failure gives its reason.",
    areas=frozenset({"tests"}),
    find=find,
    good=(
        Sample(_FILE, "pytest.skip('no browser on this machine')\n"),
        Sample(_FILE, "pytest.skip(f'no {name} here')\n"),
        Sample(_FILE, "pytest.mark.skipif(WINDOWS, reason='needs fork')\n"),
        Sample(_FILE, "pytest.importorskip('duckdb', reason='an extra')\n"),
    ),
    bad=(
        Sample(_FILE, "pytest.skip()\n"),
        Sample(_FILE, "pytest.skip('')\n"),
        Sample(_FILE, "pytest.importorskip('duckdb')\n"),
        Sample(_FILE, "@pytest.mark.skip\ndef f(): ...\n"),
        Sample(_FILE, "@pytest.mark.skipif(WINDOWS)\ndef f(): ...\n"),
        Sample(_FILE, "@pytest.mark.xfail(reason='')\ndef f(): ...\n"),
    ),
)
