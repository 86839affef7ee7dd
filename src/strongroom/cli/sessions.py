"""``strongroom sessions``: the signed-in devices of everybody, and an end to one."""

from pathlib import Path
from uuid import UUID

import click

from strongroom.server import Installation

from .house import in_house
from .output import table, tell
from .parameters import by_option, data_option, json_option


@click.group()
def sessions() -> None:
    r"""Show the signed-in devices, and end one.

    \b
        strongroom sessions list
        strongroom sessions end 0199… --by Bo
    """


@sessions.command("list")
@data_option
@json_option
def show(data: Path, *, as_json: bool) -> None:
    """Show every living session, most recently used first."""
    installation = Installation.running(data)
    found = in_house(installation, lambda room: room.all_sessions.everywhere())
    shown = table("id", "address", "organization", "from", "way", "last seen", "ends")
    for each in found:
        seen, ends = f"{each.seen_at:%Y-%m-%d %H:%M}", f"{each.expires_at:%Y-%m-%d}"
        place = each.address or "unknown"
        way = f"{each.way} + {each.factor}" if each.factor else each.way
        row = (each.email, each.organization, place, way, seen, ends)
        shown.add_row(str(each.id), *row)
    tell(found, shown if found else "Nobody is signed in.", as_json=as_json)


@sessions.command()
@data_option
@json_option
@click.argument("session_id", type=click.UUID)
@by_option
def end(data: Path, session_id: UUID, by: str, *, as_json: bool) -> None:
    """End one session; its next request is refused."""
    installation = Installation.running(data)
    in_house(installation, lambda room: room.all_sessions.end_anywhere(session_id, by))
    tell({"ended": session_id}, f"{session_id} is ended.", as_json=as_json)
