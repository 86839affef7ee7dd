"""A person's own data for programs: who may ask, and what each answer holds back."""

import asyncio

import pytest

from strongroom.privacy import Desk, Privacy, Work
from strongroom.room import Strongroom
from tests.conftest import Visit
from tests.records import recorded

from .conftest import MakeSomebody, opened, token_of


DOWNLOAD = "/api/v1/privacy/exports/download"


@pytest.mark.parametrize("what", ["exports", "erasures"])
async def test_a_wrong_password_starts_nothing(
    somebody: MakeSomebody, room: Strongroom, what: str
) -> None:
    """Whoever found an open laptop gets no copy and erases nobody; it is on record."""
    one = await somebody()
    form = {"confirmation": one.person.email} if what == "erasures" else {}
    refused = await one.ask(what, **form, password="not this one, surely")
    assert refused.json()["type"] == "/problems/wrong-password"
    assert set(refused.json()["fields"]) == {"password"}
    [(_, outcome, reason)] = await recorded(room, refused)
    assert (outcome, reason) == ("refused", "wrong-password")
    assert (await one.app.get("/api/v1/privacy/requests")).json() == []
    accepted = await one.ask(what, **form)
    assert accepted.status_code == 202
    assert [each[1] for each in await recorded(room, accepted)] == ["done"]


async def test_an_erasure_needs_the_address_typed(somebody: MakeSomebody) -> None:
    """Another word confirms nothing; one's own address, in any case, does."""
    one = await somebody()
    refused = await one.ask("erasures", confirmation="yes")
    assert refused.status_code == 422
    assert "confirmation" in refused.json()["fields"]
    accepted = await one.ask("erasures", confirmation=one.person.email.upper())
    assert accepted.status_code == 202
    assert accepted.json()["state"] == "waiting"


async def test_of_many_at_once_one_is_under_way(somebody: MakeSomebody) -> None:
    """Eight requests together leave one that waits, and seven are told so."""
    one = await somebody()
    answers = await asyncio.gather(*(one.ask_erasure() for _ in range(8)))
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [202, *[409] * 7]
    assert len((await one.app.get("/api/v1/privacy/requests")).json()) == 1


async def test_a_link_works_once_and_only_for_whom_it_is(
    somebody: MakeSomebody, room: Strongroom, work: Work
) -> None:
    """Somebody else's session cannot use the link, its owner can, and then nobody."""
    one, other = await somebody(), await somebody()
    (await one.ask("exports")).raise_for_status()
    await work.turn()
    form = {"token": await token_of(room, one.person.email)}
    assert (await other.app.post(DOWNLOAD, json=form)).status_code == 410
    answer = await one.app.post(DOWNLOAD, json=form)
    assert answer.headers["content-type"] == "application/zip"
    assert "attachment" in answer.headers["content-disposition"]
    assert one.person.email in str(opened(answer.content))
    assert [each[0] for each in await recorded(room, answer)] == ["privacy.download"]
    assert (await one.app.post(DOWNLOAD, json=form)).status_code == 410


async def test_a_link_that_many_follow_opens_once(
    somebody: MakeSomebody, room: Strongroom, work: Work
) -> None:
    """Of eight downloads at once, one gets the archive."""
    one = await somebody()
    (await one.ask("exports")).raise_for_status()
    await work.turn()
    form = {"token": await token_of(room, one.person.email)}
    answers = await asyncio.gather(
        *(one.app.post(DOWNLOAD, json=form) for _ in "12345678")
    )
    assert sorted(answer.status_code for answer in answers) == [200, *[410] * 7]


async def test_requests_are_ones_own(somebody: MakeSomebody) -> None:
    """Nobody sees or undoes another's request."""
    one, other = await somebody(), await somebody()
    asked = (await one.ask_erasure()).json()
    address = f"/api/v1/privacy/requests/{asked['id']}"
    assert (await other.app.delete(address)).status_code == 404
    assert (await other.app.get("/api/v1/privacy/requests")).json() == []
    assert (await one.app.delete(address)).status_code == 204


async def test_a_human_answers_within_a_month(
    somebody: MakeSomebody, privacy: Privacy
) -> None:
    """What was asked stands on the desk until it is answered, and then leaves it."""
    one = await somebody()
    form = {"kind": "objection", "words": "No more of these mails."}
    answer = await one.app.post("/api/v1/privacy/requests", json=form)
    asked = answer.json()
    assert (asked["kind"], asked["state"]) == ("objection", "open")
    assert asked["due_at"] > asked["opened_at"]
    [waiting] = [
        each
        for each in await Desk(privacy).requests()
        if each.email == one.person.email
    ]
    assert waiting.words == form["words"]
    await Desk(privacy).answer(waiting.id, "Ada", "There will be none.", "done")
    [shown] = (await one.app.get("/api/v1/privacy/requests")).json()
    assert (shown["state"], shown["answer"]) == ("done", "There will be none.")
    assert waiting.id not in {each.id for each in await Desk(privacy).requests()}


async def test_words_are_lines_that_can_be_read(somebody: MakeSomebody) -> None:
    """Ends of lines are kept as they came; a NUL or an escape is refused."""
    one = await somebody()
    asked = {"kind": "access", "words": "What do you know?\r\n\tAll of it.\n"}
    kept = await one.app.post("/api/v1/privacy/requests", json=asked)
    assert kept.status_code == 201
    for words in ("a\0b", "a\x1b[2Jb", "a\x7fb", "a\x85b"):
        form = {"kind": "access", "words": words}
        answer = await one.app.post("/api/v1/privacy/requests", json=form)
        assert (answer.status_code, set(answer.json()["fields"])) == (422, {"words"})


async def test_what_is_kept_is_told(visit: Visit, somebody: MakeSomebody) -> None:
    """Every store has a ground and an end; strangers ask in vain."""
    assert (await visit().get("/api/v1/privacy/stores")).status_code == 401
    one = await somebody()
    stores = (await one.app.get("/api/v1/privacy/stores")).json()
    assert {each["title"] for each in stores} >= {"Accounts", "Signed-in devices"}
    assert all(each["until"] and each["ground"] for each in stores)
