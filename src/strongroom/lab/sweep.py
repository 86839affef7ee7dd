"""The canary engine: plant a unique secret, then look for it everywhere.

Looks for the text itself and for the forms in which software likes to keep text.
It reads every table as the schema's owner, and every byte of the log folder and of
our own cluster, write-ahead log included. Compressed and encrypted copies are
beyond it.
"""

import asyncio
import base64
import json
import secrets
from pathlib import Path
from urllib.parse import quote

from strongroom.db import Connection

from .inside import Inside


def mint() -> str:
    """Return a secret that occurs nowhere else: 128 bits behind readable words."""
    return f"canary secret {secrets.token_hex(16)}"


def forms_of(secret: str) -> set[bytes]:
    """Return *secret* as text, escaped for JSON and URLs, in base64 and in hex."""
    raw = secret.encode()
    forms = {raw, json.dumps(secret)[1:-1].encode(), quote(secret).encode()}
    forms |= {quote(secret, safe="").replace("%20", "+").encode(), raw.hex().encode()}
    # Base64 depends on where in a group of three bytes the secret starts.
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + raw)
        forms.add(encoded[4 if shift else 0 : len(encoded) // 4 * 4 - 4])
    return forms


async def sweep(inside: Inside, secret: str) -> list[str]:
    """Return the places where *secret* lies in any of its forms."""
    forms = forms_of(secret)
    async with inside.database() as database:
        places = await _tables(database, forms)
    folders = (*inside.files, inside.cluster) if inside.cluster else inside.files
    for folder in folders:
        places += await asyncio.to_thread(_files, folder, forms)
    return sorted(places)


async def _tables(database: Connection, forms: set[bytes]) -> list[str]:
    tables = await database.fetch(
        """
        select c.oid::regclass::text as name from pg_class c
          join pg_namespace n on n.oid = c.relnamespace
         where c.relkind in ('r', 'p') and n.nspname !~ '^(pg_|information_schema)'
           and has_table_privilege(c.oid, 'select')
        """
    )
    patterns = [f"%{form.decode()}%" for form in forms]
    found = []
    for table in tables:
        # lint: sql-format, because the name is Postgres' own quoting of a relation.
        query = f"select 1 from {table['name']} t where t::text like any($1) limit 1"
        if await database.fetchval(query, patterns):
            found.append(f"table {table['name']}")
    return found


def _files(folder: Path, forms: set[bytes]) -> list[str]:
    return [
        f"file {path.relative_to(folder.parent)}"
        for path in folder.rglob("*")
        if path.is_file() and _contains(path, forms)
    ]


def _contains(path: Path, forms: set[bytes]) -> bool:
    try:
        content = path.read_bytes()
    except FileNotFoundError:  # Postgres removes files while we read.
        return False
    return any(form in content for form in forms)
