"""The page of commands: the help of each, as a terminal shows it."""

from collections.abc import Iterator

import click

from strongroom.cli.main import strongroom

from .markdown import page


INTRO = """\
Every command writes what was asked to standard output and the rest to standard error.
Exit codes: 0 it worked, 2 something is in the way; `prove` has more, below.
`strongroom --debug`, before the command, shows the traceback of a failure."""

WIDTH = 88
HELP = strongroom.context_settings["help_option_names"]


def render() -> str:
    """Return the page."""
    return page("Commands", INTRO, *_helps(strongroom, "strongroom", None))


def commands() -> list[str]:
    """Return every command's words, such as ``strongroom db url``."""
    return [path for path, _ in _walk(strongroom, "strongroom", None)]


def _helps(
    command: click.Command, path: str, parent: click.Context | None
) -> Iterator[str]:
    for name, text in _walk(command, path, parent):
        yield f"## `{name}`\n\n```text\n{text}\n```"


def _walk(
    command: click.Command, path: str, parent: click.Context | None
) -> Iterator[tuple[str, str]]:
    context = click.Context(
        command,
        info_name=path.rpartition(" ")[2],
        parent=parent,
        terminal_width=WIDTH,
        max_content_width=WIDTH,
        help_option_names=HELP,
    )
    yield path, command.get_help(context)
    if isinstance(command, click.Group):
        for name in sorted(command.list_commands(context)):
            below = command.get_command(context, name)
            if below is not None:
                yield from _walk(below, f"{path} {name}", context)
