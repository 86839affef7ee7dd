"""The command ``strongroom``: finds the word, runs it, tells failure in one line.

Exit codes: 0 it worked, 2 something is in the way. A traceback only with --debug.
"""

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from strongroom import __version__

from .commands import Commands


EXAMPLES = """
Start a server, with everything it needs, in ./data:

\b
    strongroom up

Read the mails that it wrote, such as the link that confirms a sign-up:

\b
    strongroom outbox

Look into the database with the operator's own tools:

\b
    psql "$(strongroom db url)"
"""


@click.group(
    cls=Commands,
    help=f"Strongroom: the security page that proves itself.\n\n{EXAMPLES}",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 88},
)
@click.version_option(__version__, message="strongroom %(version)s")
@click.option("--debug", is_flag=True, expose_value=False, help="Show tracebacks.")
def strongroom() -> None:
    """Hold the commands."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and end the process with its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = strongroom.main(words, prog_name="strongroom", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has enough; nobody is left to be told.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as failed:
        if "--debug" in words:
            raise
        # lint: local-imports, because only a failure needs every kind of failure.
        sys.exit(import_module(".failures", __package__).tell(failed))
    sys.exit(code if isinstance(code, int) else 0)
