"""Where archives lie: a folder, or a bucket that speaks S3.

Guards against a half-written object that passes for a whole one: an object appears at
once or not at all. What it holds is encrypted before it comes here.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from .errors import ArchiveBroken, DepotFailed


_NAME = re.compile(r"[A-Za-z0-9-]+/[a-z0-9]+\.(age|json)")

DRAFT = ".draft"


class Depot(Protocol):
    """A place with named objects."""

    @property
    def where(self) -> str:
        """What people call the place."""

    def put(self, name: str, content: bytes) -> None:
        """Keep an object, whole or not at all."""

    def get(self, name: str) -> bytes:
        """Return an object."""

    def names(self) -> list[str]:
        """Return the names of all objects."""

    def delete(self, name: str) -> None:
        """Remove an object, if there is one."""


class FolderDepot:
    """A folder of this machine, or one that is mounted here."""

    def __init__(self, folder: Path) -> None:
        """Use *folder*, which is made when something is put there."""
        self._folder = folder

    @property
    def where(self) -> str:
        """The folder's path."""
        return str(self._folder)

    def put(self, name: str, content: bytes) -> None:
        """Write and sync a file.

        Raises:
            DepotFailed: the disk is full, or the folder is not ours to write.

        """
        path = self._folder / require_name(name)
        draft = path.with_suffix(path.suffix + DRAFT)
        with _told_in_one_line(self.where):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                _write(draft, content)
                draft.replace(path)
            finally:
                draft.unlink(missing_ok=True)

    def get(self, name: str) -> bytes:
        """Read a file.

        Raises:
            ArchiveBroken: there is none.
            DepotFailed: it cannot be read.

        """
        with _told_in_one_line(self.where):
            try:
                return (self._folder / require_name(name)).read_bytes()
            except FileNotFoundError:
                message = f"{name} is missing in {self.where}"
                raise ArchiveBroken(message) from None

    def names(self) -> list[str]:
        """List the files, drafts that a crash left among them."""
        with _told_in_one_line(self.where):
            found = self._folder.glob("*/*")
            return sorted(str(each.relative_to(self._folder)) for each in found)

    def delete(self, name: str) -> None:
        """Remove a file, and its folder once that is empty.

        Raises:
            DepotFailed: it cannot be removed.

        """
        path = self._folder / require_name(name.removesuffix(DRAFT))
        with _told_in_one_line(self.where):
            path.with_name(Path(name).name).unlink(missing_ok=True)
            with suppress(OSError):  # Other files are in it, and keep it.
                path.parent.rmdir()


class BucketDepot:
    """A bucket that speaks S3; region, credentials and endpoint are boto3's to find."""

    def __init__(self, bucket: str, prefix: str) -> None:
        """Use what lies below *prefix* in *bucket*.

        Raises:
            DepotFailed: boto3 is not installed, or finds no way there.

        """
        self._bucket, self._prefix = bucket, f"{prefix.strip('/')}/".lstrip("/")
        self._failures: tuple[type[Exception], ...] = (
            _load("botocore.exceptions").ClientError,
            _load("botocore.exceptions").BotoCoreError,
        )
        with self._told():
            # lint: way-out, because archives go to the operator's own bucket.
            self._client: Any = _load("boto3").client("s3")

    @property
    def where(self) -> str:
        """The place as a URL."""
        return f"s3://{self._bucket}/{self._prefix}"

    def put(self, name: str, content: bytes) -> None:
        """Store an object."""
        with self._told():
            self._client.put_object(
                Bucket=self._bucket, Key=self._key(name), Body=content
            )

    def get(self, name: str) -> bytes:
        """Fetch an object.

        Raises:
            ArchiveBroken: there is none.

        """
        with self._told():
            try:
                found = self._client.get_object(
                    Bucket=self._bucket, Key=self._key(name)
                )
            except self._client.exceptions.NoSuchKey:
                message = f"{name} is missing in {self.where}"
                raise ArchiveBroken(message) from None
            return bytes(found["Body"].read())

    def names(self) -> list[str]:
        """List the objects."""
        with self._told():
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=self._prefix
            )
            found = [each["Key"] for page in pages for each in page.get("Contents", ())]
        return sorted(key.removeprefix(self._prefix) for key in found)

    def delete(self, name: str) -> None:
        """Delete an object; a bucket that keeps versions keeps an old one."""
        with self._told():
            self._client.delete_object(Bucket=self._bucket, Key=self._key(name))

    def _key(self, name: str) -> str:
        return f"{self._prefix}{require_name(name)}"

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except self._failures as failed:
            message = f"{self.where}: {failed}"
            raise DepotFailed(message) from None


def depot_at(place: str) -> Depot:
    """Return the depot at *place*, a folder or ``s3://bucket/prefix``.

    Raises:
        DepotFailed: it is neither, or S3 needs what is not installed.

    """
    parts = urlsplit(place)
    if parts.scheme == "s3" and parts.netloc:
        return BucketDepot(parts.netloc, parts.path)
    if "://" in place:
        message = f"{place}: archives go to a folder or to s3://bucket/prefix"
        raise DepotFailed(message)
    return FolderDepot(Path(place))


def require_name(name: str) -> str:
    """Return *name* if it is one of an archive's objects, below its folder.

    Raises:
        ArchiveBroken: it is not, and could lead elsewhere.

    """
    if not _NAME.fullmatch(name):
        message = f"{name[:80]!r} is no name of an archive's part"
        raise ArchiveBroken(message)
    return name


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _load(module: str) -> Any:
    try:
        # lint: local-imports, because boto3 is an extra that few need.
        return import_module(module)
    except ImportError:
        message = "S3 needs boto3: pip install 'strongroom[aws]'"
        raise DepotFailed(message) from None


@contextmanager
def _told_in_one_line(where: str) -> Iterator[None]:
    try:
        yield
    except OSError as failed:
        message = f"{where}: {failed.strerror or failed}; nothing older was touched"
        raise DepotFailed(message) from failed
