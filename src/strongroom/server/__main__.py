"""One process of a server, as its supervisor starts it; not for people.

The first argument is the part to play, the second the process to die with, the third
the options. None is secret: the root key comes through the standard input.
"""

import sys

import msgspec

from .log_lines import place_of
from .logs import log
from .operations import run_operations
from .options import Options
from .parent import die_with
from .public import serve_public


PARTS = {"public": serve_public, "operations": run_operations}


def main(part: str, parent: str, options: str) -> None:
    """Play one part."""
    die_with(int(parent))
    try:
        root = bytes.fromhex(sys.stdin.readline())
        PARTS[part](msgspec.json.decode(options, type=Options), root)
    except Exception as raised:  # noqa: BLE001 - told, and started anew.
        log.critical("the %s process broke: %s", part, place_of(raised))
        sys.exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
