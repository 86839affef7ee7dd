"""``strongroom attest``: a named human stands for a sentence, until a day."""

from datetime import UTC, datetime
from pathlib import Path

import click

from strongroom.kernel import Refusal
from strongroom.room import Strongroom
from strongroom.server import Installation, trust_of
from strongroom.trust import Attestation

from .house import in_house
from .output import tell
from .parameters import data_option, json_option


@click.command()
@click.argument("claim")
@click.option("--by", "made_by", required=True, help="Who stands for it, by name.")
@click.option(
    "--until",
    required=True,
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day on which the word ends.",
)
@data_option
@json_option
def attest(
    claim: str, made_by: str, until: datetime, data: Path, *, as_json: bool
) -> None:
    r"""Stand for a sentence that no proof can check, with a name and an end.

    Only claims of kind "attested" take a person's word. On the day it ends, the page
    says so by itself; so it does when the sentence is edited.

    \b
        strongroom attest posture.soc2 --by "Your Name" --until 2027-03-31
    """
    installation = Installation.running(data)
    ends = until.replace(tzinfo=UTC)

    async def stand(room: Strongroom) -> Attestation:
        try:
            return await trust_of(installation, room).attest(claim, made_by, ends)
        except Refusal as refused:
            reason = refused.detail or f"the page has no claim {claim!r}"
            message = f"{reason}."
            raise click.UsageError(message) from None

    word = in_house(installation, stand)
    told = f"{made_by} stands for {claim} until {word.valid_until:%-d %B %Y}."
    tell(word, told, as_json=as_json)
