"""One address in many spellings is many accounts, or escapes a limit.

Case, spaces, width and composition make look-alikes of one address (CVE-2025-6004);
each must be the same account, and a hidden character must not make another.
"""

import unicodedata

import httpx
import pytest

from strongroom.accounts import EmailInvalid, normalise_email
from strongroom.kernel import new_id
from strongroom.room import Strongroom
from tests.conftest import Visit
from tests.people import PASSWORD, Person, latest_mail, mailed_token


def spellings(email: str) -> dict[str, str]:
    """Return ways to write one address."""
    wide = "".join(
        chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in email
    )
    return {
        "capitals": email.upper(),
        "a capital": email.capitalize(),
        "spaces around": f"  {email}\t\n",
        "a no-break space after": f"{email}\u00a0",
        "full width": wide,
        "full width capitals": wide.upper(),
        "a full-width at": email.replace("@", "\uff20"),
        "a small at": email.replace("@", "\ufe6b"),
        "decomposed": unicodedata.normalize("NFD", email),
        "composed": unicodedata.normalize("NFC", email),
        "a Kelvin sign": email.replace("k", "\u212a"),
        "a ligature": email.replace("fi", "\ufb01"),
        "a long s": email.replace("s", "\u017f"),
    }


@pytest.fixture
async def person(room: Strongroom, visit: Visit) -> Person:
    """Return somebody whose address can be spelled in many ways."""
    found = Person(f"kéfis.{new_id().hex}@kefi.example.invalid", PASSWORD)
    app = visit()
    wanted = {"email": found.email, "password": PASSWORD, "organization": "Canary"}
    assert (await app.post("/api/v1/accounts", json=wanted)).status_code == 202
    token = await mailed_token(room, normalise_email(found.email))
    proof = {"token": token, "password": PASSWORD}
    assert (await app.post("/api/v1/accounts/verify", json=proof)).is_success
    return found


async def accounts(room: Strongroom) -> int:
    """Return how many accounts there are."""
    rows = await room.db.system(reason="count accounts in a test").fetch(
        "select count(*) as number from strongroom.accounts"
    )
    return int(rows[0]["number"])


@pytest.mark.parametrize("way", spellings("x@y"))
async def test_a_spelling_is_the_same_account(
    room: Strongroom, visit: Visit, person: Person, way: str
) -> None:
    """It signs in to the one account, and signs up no second one."""
    spelled = spellings(person.email)[way]
    signed_in = visit()
    credentials = {"email": spelled, "password": PASSWORD}
    answer = await signed_in.post("/api/v1/sessions", json=credentials)
    assert answer.status_code == 201, ascii(spelled)
    seen = (await signed_in.get("/api/v1/session")).json()
    assert seen["email"] == normalise_email(person.email)
    before = await accounts(room)
    again = await visit().post(
        "/api/v1/accounts", json=credentials | {"organization": "Second"}
    )
    assert again.status_code == 202
    mail = await latest_mail(room, normalise_email(person.email))
    assert "has an account already" in mail
    assert await accounts(room) == before


async def test_mail_goes_to_the_one_form(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """Whoever signs up under a look-alike gets no link: its owner's mailbox does."""
    plain = f"owner.{new_id().hex}@example.invalid"
    look_alike = plain.replace("o", "\uff4f", 1).upper()
    wanted = {"email": look_alike, "password": PASSWORD, "organization": "Canary"}
    assert (await app.post("/api/v1/accounts", json=wanted)).status_code == 202
    assert "/verify?token=" in await latest_mail(room, plain)
    recipients = {mail.recipient for mail in await room.outbox.newest()}
    assert look_alike not in recipients


HIDDEN = {
    "a null": "\x00",
    "a bell": "\x07",
    "a zero-width space": "\u200b",
    "a zero-width joiner": "\u200d",
    "a soft hyphen": "\u00ad",
    "a word joiner": "\u2060",
    "a byte order mark": "\ufeff",
    "a turn to the left": "\u202e",
    "a private character": "\ue000",
    "a tag": "\U000e0061",
}


@pytest.mark.parametrize("hidden", HIDDEN.values(), ids=HIDDEN)
async def test_a_hidden_character_makes_no_address(
    app: httpx.AsyncClient, hidden: str
) -> None:
    """Two addresses that look the same are not two accounts; it is refused at once."""
    email = f"ad{hidden}a@example.invalid"
    with pytest.raises(EmailInvalid):
        normalise_email(email)
    credentials = {"email": email, "password": PASSWORD}
    signed_in = await app.post("/api/v1/sessions", json=credentials)
    signed_up = await app.post(
        "/api/v1/accounts", json=credentials | {"organization": "Canary"}
    )
    assert (signed_in.status_code, signed_up.status_code) == (422, 422)


def test_the_one_form_is_its_own_form() -> None:
    """Normalising twice changes nothing more, for any character that once changes."""
    changing = [each for each in map(chr, range(0x110000)) if changes(each)]
    assert len(changing) > 5_000
    unstable = []
    for character in changing:
        try:
            once = normalise_email(f"a{character}b@example.org")
        except EmailInvalid:
            continue
        if normalise_email(once) != once:
            unstable.append(hex(ord(character)))
    assert unstable == []


def changes(character: str) -> bool:
    """Say whether normalising could make another character of this one."""
    return unicodedata.normalize("NFKC", character).casefold() != character
