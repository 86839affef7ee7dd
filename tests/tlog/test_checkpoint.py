"""Checkpoints: the specification's examples, and what is no signature."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from strongroom.tlog import Checkpoint, NoteInvalid, SigningKey, VerifierKey


FOO = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
FOO_LINE = (
    "\N{EM DASH} example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Z"
    "tg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
"""The example of C2SP signed-note."""

KEY = SigningKey(
    "log.test/audit", Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
)
OTHER = SigningKey("log.test/audit", Ed25519PrivateKey.generate())
POINT = Checkpoint("log.test/audit", 7, bytes(range(32)))


def test_the_published_key_verifies_the_published_note() -> None:
    """A key and a signature made by others are read as they mean them."""
    key = VerifierKey.parse(FOO)
    assert str(key) == FOO
    raw = base64.b64decode(FOO_LINE.split()[2])
    assert raw[:4] == key.id
    key.verify(raw[4:], b"This is an example message.\n")
    with pytest.raises(NoteInvalid):
        key.verify(raw[4:], b"This is another message.\n")


def test_a_checkpoint_survives_signing_and_opening() -> None:
    """What was signed comes out, under the key that signed it."""
    note = POINT.signed(KEY)
    assert note.startswith(b"log.test/audit\n7\n")
    assert Checkpoint.open(note, [KEY.verifier]) == POINT
    assert Checkpoint.open(note, [OTHER.verifier, KEY.verifier]) == POINT


def test_another_key_of_the_same_name_is_not_enough() -> None:
    """The name alone says nothing."""
    with pytest.raises(NoteInvalid, match="no known key"):
        Checkpoint.open(POINT.signed(OTHER), [KEY.verifier])


@pytest.mark.parametrize("place", range(len(POINT.text())))
def test_no_byte_can_be_changed(place: int) -> None:
    """Whichever byte of the text is flipped, the note is refused."""
    note = bytearray(POINT.signed(KEY))
    note[place] ^= 1
    with pytest.raises((NoteInvalid, UnicodeDecodeError)):
        Checkpoint.open(bytes(note), [KEY.verifier])


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"log.test/audit\n7\n",
        POINT.text(),
        POINT.text() + b"\n",
        POINT.signed(KEY).replace("\N{EM DASH}".encode(), b"-"),
        POINT.signed(KEY)[:-1],
        POINT.signed(KEY) + b"and more\n",
    ],
)
def test_what_is_no_note_is_refused(note: bytes) -> None:
    """Malformed text is not read in the way that its author may have meant."""
    with pytest.raises(NoteInvalid):
        Checkpoint.open(note, [KEY.verifier])


@pytest.mark.parametrize("size", ["007", "-1", "7.0", "", "seven", "9" * 30])
def test_a_signed_text_must_still_be_a_checkpoint(size: str) -> None:
    """A key may sign other notes too; they are no tree heads."""
    text = f"log.test/audit\n{size}\n{base64.b64encode(bytes(32)).decode()}\n".encode()
    note = text + b"\n" + KEY.line(text).encode()
    with pytest.raises(NoteInvalid, match="a checkpoint has"):
        Checkpoint.open(note, [KEY.verifier])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name+00000000+",
        FOO.replace("530d903a", "530d903b"),
        FOO[:-4],
        "a b" + FOO,
    ],
)
def test_what_is_no_key_is_refused(text: str) -> None:
    """A mistyped key says so instead of trusting nobody silently."""
    with pytest.raises(NoteInvalid, match="a verifier key looks like"):
        VerifierKey.parse(text)
