"""How a canary uses the notes, so that the proofs cover them too."""

import httpx

from strongroom.lab import Lab, exercise


TEXT = {"text": "A canary sat here."}


@exercise("POST /notes", action="note.write")
async def write(lab: Lab) -> httpx.Response:
    """Write a note, and leave none behind."""
    async with lab.signed_in("a", "member") as member:
        answer = await member.post("/notes", json=TEXT)
        if answer.is_success:
            await member.delete(f"/notes/{answer.json()['id']}")
    return answer


@exercise("DELETE /notes/{note_id}", action="note.delete")
async def delete(lab: Lab) -> httpx.Response:
    """Delete a note that was written for this alone."""
    async with lab.signed_in("a", "member") as member:
        note = (await member.post("/notes", json=TEXT)).json()
        return await member.delete(f"/notes/{note['id']}")


async def furnish(lab: Lab) -> None:
    """Let each canary organization keep one note."""
    async with lab.signed_in("a", "member") as ours, lab.signed_in("b", "member") as b:
        for member in (ours, b):
            if not (await member.get("/notes")).json():
                await member.post("/notes", json=TEXT)
