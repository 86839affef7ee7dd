"""Whatever could be a key: each number of 256 bits that lies in files or tables.

A thief who has a dump, or the code, tries them all. What is compressed, or kept in
another notation than hexadecimal, is beyond this look.
"""

import asyncio
import re
import shutil
from pathlib import Path

from .inside import Inside


_KEY = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


def keys_in_code(folder: Path) -> set[bytes]:
    """Return every key-sized hexadecimal number in the installed files."""
    texts = (
        path.read_text(encoding="utf-8", errors="ignore")
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    )
    return {bytes.fromhex(key) for text in texts for key in _KEY.findall(text)}


async def keys_in_history(folder: Path) -> set[bytes]:
    """Return the same of every change that version control knows of *folder*.

    An installed package lies in no repository, and then there is none.
    """
    git = shutil.which("git")
    if git is None:
        return set()
    words = ("log", "--all", "--patch", "--no-color", "--no-ext-diff", "--", ".")
    process = await asyncio.create_subprocess_exec(
        git,
        "-C",
        str(folder),
        *words,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    said, _ = await process.communicate()
    text = said.decode(errors="ignore")
    return {bytes.fromhex(key) for key in _KEY.findall(text)}


async def keys_in_database(inside: Inside) -> set[bytes]:
    """Return every key-sized value that a dump of the database would hold."""
    found: set[bytes] = set()
    async with inside.database() as database:
        tables = await database.fetch(
            """
            select c.oid::regclass::text as name from pg_class c
              join pg_namespace n on n.oid = c.relnamespace
             where c.relkind in ('r', 'p') and n.nspname !~ '^(pg_|information_schema)'
               and has_table_privilege(c.oid, 'select')
            """
        )
        for table in tables:
            # lint: sql-format, because the name is Postgres' own quoting of a relation.
            query = f"""
                select distinct found.groups[1] as key from {table["name"]} t,
                       regexp_matches(t::text,
                           '(?<![0-9a-f])([0-9a-f]{{64}})(?![0-9a-f])', 'g'
                       ) as found (groups)
            """
            rows = await database.fetch(query)
            found |= {bytes.fromhex(row["key"]) for row in rows}
    return found
