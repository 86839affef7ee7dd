"""SQL lives in `store.py`, in `db/`, and where proofs look at the database.

Guards against queries in verbs and faces, where nobody reviews them as queries.
"""

from collections.abc import Iterator

from tools.house import is_proofs

from .model import Lint, Sample, Source, Spot
from .texts import is_sql, read_texts


_STORE = "store.py"
_PACKAGES = frozenset({"db", "lab"})


def find(source: Source) -> Iterator[Spot]:
    """Yield SQL text in any other file."""
    if is_proofs(source.path.stem) or source.path.name == _STORE:
        return
    if source.home in _PACKAGES:
        return
    for node, text in read_texts(source):
        if is_sql(text):
            yield Spot.at(node, "SQL outside store.py, proofs.py, db/ and lab/")


_QUERY = 'QUERY = "select id from strongroom.accounts"\n'

LINT = Lint(
    name="sql-home",
    rule="SQL is written in store.py, proofs.py, db/ and lab/ only.",
    areas=frozenset({"src"}),
    find=find,
    good=(
        Sample("src/strongroom/accounts/store.py", _QUERY),
        Sample("src/strongroom/accounts/proofs.py", _QUERY),
        Sample("src/strongroom/db/checks.py", _QUERY),
        Sample("src/strongroom/lab/sweep.py", _QUERY),
        Sample("src/strongroom/web/x.py", 'TEXT = "Select a file from the list."\n'),
        Sample("src/strongroom/web/x.py", '"""We never delete from a table."""\n'),
        Sample("src/strongroom/web/x.py", 'TEXT = "update the set of keys"\n'),
    ),
    bad=(
        Sample("src/strongroom/accounts/service.py", _QUERY),
        Sample("src/strongroom/accounts/api.py", "q = 'INSERT INTO t VALUES (1)'\n"),
        Sample("src/strongroom/accounts/api.py", "q = 'update t set a = 1'\n"),
        Sample("src/strongroom/accounts/api.py", "q = f'delete from {table}'\n"),
        Sample(
            "src/strongroom/accounts/api.py",
            'q = """\n  with a as (\n   select 1\n     from t) table a"""\n',
        ),
    ),
)
