"""Where archives lie, and who is shut out."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import moto
import pytest

from strongroom.archive import (
    ArchiveBroken,
    BucketDepot,
    Depot,
    DepotFailed,
    FolderDepot,
    Identity,
    IdentityInvalid,
    depot_at,
    read_identity,
)
from strongroom.backups import BackupSettings, DrillFailed
from strongroom.backups.policy import made_at, spare
from strongroom.backups.service import require_same
from strongroom.crypto import ShareInvalid, combine, split


NAME = "data-20261128T030000000000Z-00000001/000001.age"


@pytest.fixture(params=["folder", "bucket"])
def depot(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Depot]:
    """Lend a depot of each kind; moto speaks S3 in the place of Amazon."""
    if request.param == "folder":
        yield FolderDepot(tmp_path)
        return
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "canary")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary")
    with moto.mock_aws():
        client: Any = boto3.client("s3")  # type: ignore[no-untyped-call]
        client.create_bucket(Bucket="archives")
        yield depot_at("s3://archives/strongroom")


def test_a_depot_keeps_what_it_is_given(depot: Depot) -> None:
    """What is put comes back, is listed once, and is gone when it is deleted."""
    depot.put(NAME, b"first")
    depot.put(NAME, b"second")
    assert depot.get(NAME) == b"second"
    assert depot.names() == [NAME]
    depot.delete(NAME)
    assert depot.names() == []
    with pytest.raises(ArchiveBroken, match="is missing"):
        depot.get(NAME)


def test_no_name_leads_out_of_a_depot(depot: Depot) -> None:
    """A name that is no part's is refused before anything is touched."""
    for name in ("../keys/root.key", "/etc/passwd", "data/../../x.age"):
        with pytest.raises(ArchiveBroken, match="no name"):
            depot.get(name)
    depot.put(NAME, b"as it should be")
    assert depot.names() == [NAME]


def test_a_missing_bucket_is_told_in_one_line(depot: Depot) -> None:
    """A place that is away is named; the one that is there still answers."""
    if isinstance(depot, BucketDepot):
        with pytest.raises(DepotFailed, match="s3://elsewhere/"):
            depot_at("s3://elsewhere/x").put(NAME, b"x")
    with pytest.raises(DepotFailed, match="ftp://"):
        depot_at("ftp://elsewhere/x")
    depot.put(NAME, b"x")
    assert depot.get(NAME) == b"x"


def test_a_full_disk_leaves_nothing_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With no space left, the older object stands and no draft is left."""
    depot = FolderDepot(tmp_path)
    depot.put(NAME, b"older")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DepotFailed, match="No space left"):
        depot.put(NAME, b"newer")
    assert depot.get(NAME) == b"older"
    assert depot.names() == [NAME]


def test_shares_give_the_identity_back() -> None:
    """Two of three shares open what the whole identity opens; one does not."""
    identity = Identity.new()
    shares = split(identity.raw(), 2, 3)
    assert Identity.from_bytes(combine(shares[1:])).recipient == identity.recipient
    with pytest.raises(ShareInvalid, match="2 shares are needed"):
        combine(shares[:1])


def test_an_identity_is_read_as_age_writes_it() -> None:
    """Comments are skipped; a slip of the pen, or two identities, are refused."""
    text = Identity.new().text()
    assert read_identity(f"# created: today\n{text}\n").text() == text
    wrong = text[:-1] + ("Q" if text[-1] != "Q" else "P")
    for given in (wrong, f"{text}\n{text}", ""):
        with pytest.raises(IdentityInvalid):
            read_identity(given)


def test_the_newest_and_one_of_each_span_are_kept() -> None:
    """Seven of the newest, and the newest of each of two months besides."""
    names = [
        f"data-2026{month:02}{day:02}T030000000000Z-00000001"
        for month in (9, 10, 11)
        for day in range(1, 29)
    ]
    kept = set(names) - {*spare(names, BackupSettings(keep=7, keep_monthly=2))}
    days = sorted((made_at(each).month, made_at(each).day) for each in kept)
    assert days == [(10, 28), *((11, day) for day in range(22, 29))]


def test_an_empty_archive_is_red() -> None:
    """A drill that brought no row back did not restore anything."""
    with pytest.raises(DrillFailed, match="empty"):
        require_same([])
