"""Notes of one's own organization: write, list, read, delete.

No query here says whose notes it wants. The database knows, and shows no others.
"""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, FastAPI, Request
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from strongroom.audit import Target
from strongroom.kernel import Caller, NotFound, new_id
from strongroom.server import entry_of, require_caller, room_of


app = FastAPI(title="Notes", docs_url=None, redoc_url=None)


class Draft(BaseModel):
    """A note that is still to be written."""

    text: str = Field(min_length=1, max_length=10_000)


class Note(Draft):
    """A note that was."""

    id: UUID
    written_by: str
    written_at: datetime


def somebody(request: Request) -> Caller:
    """Return who is signed in."""
    return require_caller(request)


Somebody = Annotated[Caller, Depends(somebody)]


@app.post("/notes", status_code=201)
async def write(draft: Draft, request: Request, caller: Somebody) -> Note:
    """Write a note."""
    note_id = new_id()
    entry = entry_of(request, "note.write", Target("note", str(note_id)))
    [row] = (
        await room_of(request)
        .audit.recording(entry)
        .fetch(
            "insert into notes (id, text, written_by) values ($1, $2, $3) returning *",
            note_id,
            draft.text,
            caller.email,
        )
    )
    return Note.model_validate(dict(row))


@app.get("/notes")
async def newest(request: Request, caller: Somebody) -> list[Note]:
    """List the newest notes."""
    door = room_of(request).db.tenant(caller.organization_id)
    rows = await door.fetch("select * from notes order by written_at desc limit 100")
    return [Note.model_validate(dict(row)) for row in rows]


@app.get("/notes/{note_id}")
async def read(note_id: UUID, request: Request, caller: Somebody) -> Note:
    """Read one note."""
    door = room_of(request).db.tenant(caller.organization_id)
    rows = await door.fetch("select * from notes where id = $1", note_id)
    if not rows:
        raise NotFound
    return Note.model_validate(dict(rows[0]))


@app.delete("/notes/{note_id}", status_code=204)
async def delete(note_id: UUID, request: Request) -> None:
    """Delete one note."""
    entry = entry_of(request, "note.delete", Target("note", str(note_id)))
    recording = room_of(request).audit.recording(entry)
    deleted = "delete from notes where id = $1 returning id"
    if await recording.fetchrow(deleted, note_id) is None:
        raise NotFound


@app.get("/", include_in_schema=False)
async def home() -> RedirectResponse:
    """Send a visitor on to the console."""
    return RedirectResponse("/console")
