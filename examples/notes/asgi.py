"""The notes for a server of one's own, such as ``uvicorn examples.notes.asgi:app``."""

from strongroom.server import guard


app = guard("examples.notes:notes")
