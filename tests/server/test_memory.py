"""A worker's garbage collector leaves alone what the worker was made of."""

import subprocess
import sys


ASK = """
import gc
from strongroom.server.memory import settle_memory
settle_memory()
print(gc.get_freeze_count() > 10_000, gc.isenabled(), gc.get_threshold()[0] > 700)
"""


def test_what_is_loaded_is_not_looked_at_again() -> None:
    """In a process of its own, for the collector is the whole process's."""
    done = subprocess.run(
        [sys.executable, "-c", ASK], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["True", "True", "True"]
