"""Migrations are written once: an installation that applied one knows its text."""

from hashlib import sha256
from pathlib import Path

import strongroom


FOLDER = Path(strongroom.__file__).parent / "db" / "migrations"
KEPT = Path(__file__).with_name("migrations.sha256")


def test_no_migration_is_edited() -> None:
    """A server refuses to start over one that was: write what is new into another.

    A new one is entered by ``sha256sum`` in its folder, one line at the end.
    """
    lines = (line.split("  ") for line in KEPT.read_text("utf-8").splitlines())
    known = {name: digest for digest, name in lines}
    files = FOLDER.glob("*.sql")
    found = {each.name: sha256(each.read_bytes()).hexdigest() for each in files}
    assert found == known
