"""``strongroom keys``: the API keys of every organization, and what signs tokens."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import click
from rich.table import Table

from strongroom.server import Installation
from strongroom.tokens import ApiKey

from .house import in_house
from .output import table, tell
from .parameters import by_option, data_option, json_option


@click.group()
def keys() -> None:
    r"""Look after API keys, and the key that signs access tokens.

    \b
        strongroom keys list
        strongroom keys revoke 0199… --by Ada
        strongroom keys rotate-signing --by Ada
    """


@keys.command("list")
@data_option
@json_option
def show(data: Path, *, as_json: bool) -> None:
    """Show every organization's API keys, without the keys themselves."""
    installation = Installation.running(data)
    found = in_house(installation, lambda room: room.api_keys.everywhere())
    shown = _table(found) if found else "No program has an API key."
    tell(found, shown, as_json=as_json)


@keys.command()
@data_option
@json_option
@by_option
@click.argument("key_id", type=click.UUID)
def revoke(data: Path, key_id: UUID, by: str, *, as_json: bool) -> None:
    """Revoke one key; its next request is refused."""
    installation = Installation.running(data)
    in_house(installation, lambda room: room.api_keys.revoke_anywhere(key_id, by))
    tell({"revoked": key_id}, f"{key_id} is revoked.", as_json=as_json)


@keys.command()
@data_option
@json_option
@by_option
def rotate_signing(data: Path, by: str, *, as_json: bool) -> None:
    """Let another key sign the access tokens of apps, before the 30 days are over.

    It is published at once and signs in ten minutes. Tokens of the key before it live
    out their time, so that no app notices.
    """
    installation = Installation.running(data)
    made = in_house(installation, lambda room: room.token_pairs.rotate_key(by))
    when = f"{made.signs_from:%Y-%m-%d %H:%M:%S} UTC"
    told = f"The key {made.kid} is published, and signs from {when} on."
    tell(made, told, as_json=as_json)


def _table(found: Sequence[ApiKey]) -> Table:
    made = table("id", "name", "acts for", "scopes", "state", "ends")
    for each in found:
        scopes, ends = " ".join(sorted(each.scopes)), f"{each.expires_at:%Y-%m-%d}"
        made.add_row(str(each.id), each.name, each.maker, scopes, each.state, ends)
    return made
