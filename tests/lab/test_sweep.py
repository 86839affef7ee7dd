"""The canary engine finds a secret wherever it lies, and only where it lies."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from strongroom.db import OWNER, single_connection
from strongroom.db.embedded import EmbeddedPostgres
from strongroom.lab import Inside, mint, sweep
from tests.conftest import KEYS, OWNER_PASSWORD, PASSWORDS


Hide = Callable[[str], bytes]


def encoded_after(count: int) -> Hide:
    """Return base64 of text in which the secret stands after so many bytes."""

    def hide(secret: str) -> bytes:
        around = b"x" * count + secret.encode() + b"and so on"
        return base64.b64encode(around)

    return hide


FORMS: dict[str, Hide] = {
    "as it is": str.encode,
    "within a line": lambda secret: f"password={secret}; user=a\n".encode(),
    "as JSON": lambda secret: json.dumps({"password": secret}).encode(),
    "quoted for a path": lambda secret: quote(secret).encode(),
    "quoted for a form": lambda secret: quote_plus(secret).encode(),
    "in hexadecimal": lambda secret: secret.encode().hex().encode(),
    "in base64, at a group's start": encoded_after(0),
    "in base64, one byte later": encoded_after(1),
    "in base64, two bytes later": encoded_after(2),
    "in base64, deep inside": encoded_after(3001),
    "among bytes that are no text": lambda secret: b"\xff\0" + secret.encode() + b"\0",
}


@pytest.fixture
def inside(postgres: EmbeddedPostgres, database: str, tmp_path: Path) -> Inside:
    """Return an installation's inside: a migrated database and two folders."""
    folders = (tmp_path / "log", tmp_path / "cluster")
    for folder in folders:
        folder.mkdir()
        (folder / "ordinary").write_text("nothing to see here", encoding="utf-8")
    return Inside(
        owner_url=postgres.url(OWNER, OWNER_PASSWORD, database),
        app_url=postgres.url("strongroom_app", PASSWORDS.app, database),
        keys=KEYS,
        files=folders,
    )


def test_a_canary_is_unique() -> None:
    """No two are the same, and each has 128 random bits."""
    first, second = mint(), mint()
    assert first != second
    assert len(bytes.fromhex(first.split()[-1])) == 16


@pytest.mark.parametrize("hide", FORMS.values(), ids=FORMS)
async def test_a_secret_in_a_file_is_found(inside: Inside, hide: Hide) -> None:
    """In whatever form it lies, and however deep; another canary is not found."""
    secret = mint()
    place = inside.files[1] / "base" / "16384"
    place.mkdir(parents=True)
    (place / "2619").write_bytes(b"\0" * 5000 + hide(secret) + b"\0" * 100)
    assert await sweep(inside, secret) == ["file cluster/base/16384/2619"]
    assert await sweep(inside, mint()) == []


@pytest.mark.parametrize("hide", FORMS.values(), ids=FORMS)
async def test_a_secret_in_a_row_is_found(inside: Inside, hide: Hide) -> None:
    """In a text column or a binary one, of a table that the sweep has never met."""
    secret = mint()
    hidden = hide(secret)
    async with single_connection(inside.owner_url) as owner:
        await owner.execute("create table public.notes (id int, note text, raw bytea)")
        try:
            if hidden.isascii():
                text = hidden.decode()
                await owner.execute("insert into public.notes values (1, $1)", text)
                assert await sweep(inside, secret) == ["table notes"]
                await owner.execute("truncate public.notes")
            assert await sweep(inside, secret) == []
        finally:
            await owner.execute("drop table public.notes")


async def test_a_secret_in_raw_bytes_of_a_row_is_found(inside: Inside) -> None:
    """Postgres shows raw bytes in hexadecimal, and that is a form we look for."""
    secret = mint()
    async with single_connection(inside.owner_url) as owner:
        await owner.execute("create table public.blobs (raw bytea)")
        try:
            await owner.execute(
                "insert into public.blobs values ($1)", b"\0" + secret.encode()
            )
            assert await sweep(inside, secret) == ["table blobs"]
        finally:
            await owner.execute("drop table public.blobs")


async def test_every_place_is_named(inside: Inside) -> None:
    """Finding it once is not enough: each place that keeps it is told."""
    secret = mint()
    for folder in inside.files:
        (folder / "kept").write_text(secret, encoding="utf-8")
    async with single_connection(inside.owner_url) as owner:
        await owner.execute(
            "insert into strongroom.mails (id, recipient, subject)"
            " values (gen_random_uuid(), 'a@example.invalid', $1)",
            secret,
        )
    assert await sweep(inside, secret) == [
        "file cluster/kept",
        "file log/kept",
        "table strongroom.mails",
    ]


async def test_the_sweep_reads_our_own_tables(inside: Inside) -> None:
    """Every table of the house can be read by it, so none is passed over unseen."""
    async with single_connection(inside.owner_url) as owner:
        hidden = await owner.fetch(
            "select c.oid::regclass::text from pg_class c"
            " join pg_namespace n on n.oid = c.relnamespace"
            " where c.relkind = 'r' and n.nspname in ('strongroom', 'public')"
            "   and not has_table_privilege(c.oid, 'select')"
        )
    assert hidden == []
