"""Options that several commands share."""

from pathlib import Path

import click


data_option = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("data"),
    envvar="STRONGROOM_DATA",
    show_default="./data",
    show_envvar=True,
    metavar="DIR",
    help="The folder with the keys, the database and the logs.",
)

json_option = click.option(
    "--json", "as_json", is_flag=True, help="Write JSON, for programs."
)
