"""The verifier needs nothing of the server."""

import subprocess
import sys


BLOCKED = """
import sys

class Block:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        ours = name == "strongroom" or name.startswith("strongroom.tlog")
        if top in {"strongroom"} and not ours:
            raise ImportError(f"{name} is not for the verifier")
        if top in {"asyncpg", "litestar", "httpx", "msgspec", "jinja2", "click"}:
            raise ImportError(f"{name} is not for the verifier")

sys.meta_path.insert(0, Block())
import strongroom.tlog
import strongroom.tlog.__main__
print("alone")
"""


def test_it_imports_no_part_of_the_server() -> None:
    """With every other package out of reach it still loads."""
    done = subprocess.run(
        [sys.executable, "-c", BLOCKED], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "alone\n", "")
