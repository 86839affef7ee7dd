"""``strongroom privacy``: the desk of whoever answers people about their data."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import click
from rich.console import Console
from rich.table import Table

from strongroom.privacy import (
    Desk,
    Hold,
    Job,
    Kept,
    Kind,
    NoSuchStore,
    Privacy,
    Request,
    Retention,
)
from strongroom.server import Installation, privacy_of, registry_of

from .house import in_house
from .output import table, tell
from .parameters import (
    by_option,
    data_option,
    json_option,
    require_same_address,
    unasked_option,
)


Found = TypeVar("Found")

LOOK_SECONDS = 0.5
PATIENCE_SECONDS = 120.0


@click.group()
def privacy() -> None:
    r"""Answer people who ask about their data.

    \b
        strongroom privacy requests                        what waits, most urgent first
        strongroom privacy export ada@example.org --by Bo  a copy, mailed as a link
        strongroom privacy erase ada@example.org --by Bo   at once, and for good
        strongroom privacy hold ada@example.org strongroom.mails --reason "…" --by Bo
        strongroom privacy retention                       what is kept, and how long
    """


@privacy.command()
@data_option
@json_option
@click.option("--all", "settled", is_flag=True, help="Those that are settled, too.")
def requests(data: Path, *, settled: bool, as_json: bool) -> None:
    """Show what people asked for, the most urgent first.

    Each is due a month after it was opened (GDPR Art. 12(3)).
    """

    async def ask(desk: Privacy) -> list[Request]:
        return await Desk(desk).requests(settled=settled)

    found = _run(data, ask)
    shown = _requests(found) if found else "Nobody waits for an answer."
    tell(found, shown, as_json=as_json)


@privacy.command()
@data_option
@json_option
@click.argument("email")
@by_option
def export(data: Path, email: str, by: str, *, as_json: bool) -> None:
    """Make a copy of a person's data; they get a mail with a link that works once."""
    done = _carry_out(data, email, "export", by, as_json=as_json)
    place = data / "privacy" / "exports" / f"{done.id}.zip"
    _tell_done(done, f"The copy is made, and its link mailed: {place}", as_json=as_json)


@privacy.command()
@data_option
@json_option
@click.argument("email")
@by_option
@unasked_option
def erase(data: Path, email: str, by: str, *, yes: bool, as_json: bool) -> None:
    """Erase a person at once, from every store. Nobody can bring them back."""
    if not yes:
        question = "Type the address again to erase it"
        require_same_address(email, question=question, spared="nobody was erased")
    done = _carry_out(data, email, "erasure", by, as_json=as_json)
    _tell_done(done, "The person is erased, and will stay so.", as_json=as_json)


@privacy.command()
@data_option
@json_option
@click.argument("request_id", type=click.UUID)
@click.argument("words")
@by_option
@click.option("--refuse", is_flag=True, help="Say no; the words say why.")
def answer(
    data: Path, request_id: UUID, words: str, by: str, *, refuse: bool, as_json: bool
) -> None:
    """Settle a request by hand; the person reads WORDS on their page."""
    state: Any = "refused" if refuse else "done"

    async def settle(desk: Privacy) -> None:
        await Desk(desk).answer(request_id, by, words, state)

    _run(data, settle)
    tell({"id": request_id, "state": state}, "It is answered.", as_json=as_json)


@privacy.command()
@data_option
@json_option
@click.argument("email")
@click.argument("store")
@click.option("--reason", required=True, metavar="WORDS", help="Why it must stay.")
@by_option
def hold(
    data: Path, email: str, store: str, reason: str, by: str, *, as_json: bool
) -> None:
    """Keep a person's rows of one STORE, whatever else is due.

    STORE is a table, as `strongroom privacy retention --json` names it.
    """

    async def place(desk: Privacy) -> Hold:
        try:
            return await Desk(desk).hold(email, store, reason, by)
        except NoSuchStore:
            message = (
                f"there is no such store as {store!r};"
                " strongroom privacy retention --json lists them under stores"
            )
            raise click.ClickException(message) from None

    held = _run(data, place)
    words = f"Held until it is released: strongroom privacy release {held.id} --by NAME"
    tell(held, words, as_json=as_json)


@privacy.command()
@data_option
@json_option
def holds(data: Path, *, as_json: bool) -> None:
    """Show what is held, for whom, why and by whom."""

    async def ask(desk: Privacy) -> list[Hold]:
        return [*await Desk(desk).holds()]

    found = _run(data, ask)
    shown = _holds(found) if found else "Nothing is held."
    tell(found, shown, as_json=as_json)


@privacy.command()
@data_option
@json_option
@click.argument("hold_id", type=click.UUID)
@by_option
def release(data: Path, hold_id: UUID, by: str, *, as_json: bool) -> None:
    """End a hold; an erasure that waited for it goes on."""

    async def end(desk: Privacy) -> None:
        await Desk(desk).release(hold_id, by)

    _run(data, end)
    tell({"id": hold_id}, "Released.", as_json=as_json)


@privacy.command()
@data_option
@json_option
def retention(data: Path, *, as_json: bool) -> None:
    """Show what is kept, for how long, and how the job that ends it stands."""

    async def ask(desk: Privacy) -> tuple[list[Kept], Job, list[str]]:
        stores = [each.table for each in desk.registry.personal]
        return desk.kept(), await Retention(desk).job(), stores

    kept, job, stores = _run(data, ask)
    removed = sum(job.removed.values())
    state = "LATE: see the server's log" if job.is_late else f"{removed} rows removed"
    ran = f"{job.ran_at:%Y-%m-%d %H:%M} UTC, {state}" if job.ran_at else "not yet"
    shown = {"kept": kept, "job": job, "stores": stores}
    tell(shown, _kept(kept), as_json=as_json)
    if not as_json:
        click.echo(f"The job last ran: {ran}")


def _run(data: Path, ask: Callable[[Privacy], Awaitable[Found]]) -> Found:
    installation = Installation.running(data)
    registry = registry_of(installation)
    return in_house(installation, lambda room: ask(privacy_of(room, registry)))


def _carry_out(
    data: Path, email: str, kind: Kind, by: str, *, as_json: bool
) -> Request:
    """Open a request and wait until the server has carried it out."""
    console = Console(soft_wrap=True, highlight=False, quiet=as_json)

    async def carry_out(privacy: Privacy) -> Request:
        desk = Desk(privacy)
        request = await desk.open_for(email, kind, by)
        with console.status("Asked the server …") as status:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while True:
                    now = await desk.get(request.id)
                    if now.is_settled or now.obstacle:
                        return now
                    status.update(f"{now.stores_done} of {now.stores} stores …")
                    await asyncio.sleep(LOOK_SECONDS)

    return _run(data, carry_out)


def _tell_done(done: Request, words: str, *, as_json: bool) -> None:
    if done.state != "done":
        message = f"not done: {done.obstacle or done.state}"
        raise click.ClickException(message)
    tell(done, words, as_json=as_json)


def _requests(found: Sequence[Request]) -> Table:
    made = table("id", "kind", "state", "due", "who", "what they said or what stops it")
    for each in found:
        made.add_row(
            str(each.id),
            each.kind,
            each.state,
            f"{each.due_at:%Y-%m-%d}",
            each.email or "erased",
            each.obstacle or each.words or "",
        )
    return made


def _holds(found: Sequence[Hold]) -> Table:
    made = table("id", "who", "store", "why", "by", "since")
    for each in found:
        since = f"{each.placed_at:%Y-%m-%d}"
        who = each.email or str(each.account_id)
        made.add_row(str(each.id), who, each.store, each.reason, each.placed_by, since)
    return made


def _kept(found: Sequence[Kept]) -> Table:
    made = table("what", "until", "ground", "when a person is erased")
    for each in found:
        made.add_row(each.title, each.until, each.ground, each.on_erasure)
    return made
