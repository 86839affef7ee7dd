"""What Strongroom is told about the notes."""

from pathlib import Path

from strongroom.server import Product

from . import exercises, personal_data
from .app import app


notes = Product(
    app,
    migrations=Path(__file__).parent / "migrations",
    exercises=(exercises.write, exercises.delete),
    furnish=exercises.furnish,
    personal_data=personal_data.TABLES,
)
