"""What an embedder keeps as files is copied and erased with the person."""

from dataclasses import replace

import pytest

from strongroom.db import Connection
from strongroom.privacy import FilesStay, Person, PersonalFiles, Privacy, Work
from strongroom.room import Strongroom

from .conftest import MakeSomebody, erase, fetched


class Uploads:
    """Files in a dictionary, by person and name; they may be out of reach."""

    def __init__(self) -> None:
        """Begin with none."""
        self.kept: dict[str, dict[str, bytes]] = {}
        self.reachable = True

    async def export(self, person: Person) -> dict[str, bytes]:
        """Return a person's files."""
        return self.kept.get(str(person.id), {})

    async def erase(self, person: Person) -> None:
        """Delete a person's files."""
        if not self.reachable:
            message = "the disk is away"
            raise OSError(message)
        self.kept.pop(str(person.id), None)

    def entry(self, name: str = "uploads") -> PersonalFiles:
        """Return what the house is told."""
        return PersonalFiles(
            name=name,
            title="Uploads",
            purpose="what you shared",
            ground="contract",
            kept="until you delete it",
            export=self.export,
            erase=self.erase,
        )


@pytest.fixture
def uploads(privacy: Privacy, monkeypatch: pytest.MonkeyPatch) -> Uploads:
    """Lend the files of an app that the house knows of."""
    made = Uploads()
    registry = replace(privacy.registry, files=(made.entry(),))
    monkeypatch.setattr(privacy, "registry", registry)
    return made


async def test_files_are_in_the_copy(
    room: Strongroom, uploads: Uploads, privacy: Privacy, somebody: MakeSomebody
) -> None:
    """A person's own are, with their digests signed, and nobody else's."""
    one, other = await somebody(), await somebody()
    uploads.kept[str(one.account_id)] = {"trip/note.json": b'"mine"'}
    uploads.kept[str(other.account_id)] = {"note.json": b'"theirs"'}
    files = await fetched(room, one, Work(privacy))
    assert files["files/uploads/trip/note.json"] == "mine"
    assert "files/uploads/note.json" not in files
    assert "files/uploads/trip/note.json" in files["manifest.json"]["files"]
    assert any(each.title == "Uploads" for each in privacy.kept())


async def test_files_go_with_the_person(
    owner: Connection, uploads: Uploads, privacy: Privacy, somebody: MakeSomebody
) -> None:
    """They go last; while they cannot, the person is erased in nothing."""
    one, other = await somebody(), await somebody()
    for each in (one, other):
        uploads.kept[str(each.account_id)] = {"note.json": b"{}"}
    uploads.reachable = False
    with pytest.raises(FilesStay, match="Uploads: OSError"):
        await erase(one, owner, Work(privacy))
    assert (await one.app.get("/api/v1/session")).is_success
    uploads.reachable = True
    await erase(other, owner, Work(privacy))
    assert set(uploads.kept) == {str(one.account_id)}


@pytest.mark.parametrize("name", ["../key", "/etc/x", "a//b", "a/../b", "a\\b", ""])
async def test_a_file_stays_in_its_folder(
    uploads: Uploads, privacy: Privacy, somebody: MakeSomebody, name: str
) -> None:
    """A name that would lead elsewhere when the copy is unpacked is refused."""
    one = await somebody()
    uploads.kept[str(one.account_id)] = {name: b"x"}
    (await one.ask("exports")).raise_for_status()
    with pytest.raises(ValueError, match="cannot be called"):
        await Work(privacy).exports.make_next()
    uploads.kept.clear()
    await Work(privacy).exports.make_next()


def test_a_folder_has_a_plain_name() -> None:
    """The folder in a copy is a word."""
    with pytest.raises(ValueError, match="plain name"):
        Uploads().entry("../up")
