"""Every command, in the order of the help; a new one adds its line here.

A command is loaded when it is called, so that asking for help, or for the version,
does not load the whole house. Command ``x`` is ``x`` in ``x.py``.
"""

from importlib import import_module

import click


COMMANDS = {
    "up": "Start a server and keep it running.",
    "prove": "Run the proofs of the security page, and break each control on purpose.",
    "attest": "Stand for a sentence that no proof can check, with a name and an end.",
    "audit": "Take audit logs out, verify them, see where they are sent.",
    "privacy": "Answer people who ask about their data.",
    "backup": "Make backups, try them, and bring one back.",
    "access": "Say why somebody may do something, and who may.",
    "accounts": "Look after accounts, and help who lost their second factor.",
    "operators": "Say who may run the service. At first that is nobody.",
    "orgs": "Show the organizations, and who belongs to them.",
    "sessions": "Show the signed-in devices, and end one.",
    "outbox": "Show the newest mails that the server wrote.",
    "integrations": "Look after the credentials of other services.",
    "keys": "Look after API keys, and the key that signs access tokens.",
    "services": "Look after the programs that call this server by signed calls.",
    "vault": "Look after the keys that seal stored secrets.",
    "db": "Reach the database.",
}


class Commands(click.Group):
    """Finds a command by its word."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return every word."""
        return [*COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return the command of a word, loaded now, or None."""
        if cmd_name not in COMMANDS:
            return None
        # lint: local-imports, because help and version must not load the house.
        module = import_module(f".{cmd_name}", __package__)
        command: click.Command = getattr(module, cmd_name)
        keep_blocks(command)
        return command

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002
        formatter: click.HelpFormatter,
    ) -> None:
        """Write the words and what they do, without loading any."""
        with formatter.section("Commands"):
            formatter.write_dl([*COMMANDS.items()])


def keep_blocks(command: click.Command) -> None:
    """Let examples keep their lines in the help of *command* and of those below it.

    Click asks for a backspace there, and a raw docstring holds a backslash and a b.
    """
    command.help = (command.help or "").replace("\\b\n", "\b\n") or None
    if isinstance(command, click.Group):
        for each in command.commands.values():
            keep_blocks(each)
