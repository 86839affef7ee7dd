"""The page: what each block becomes, and what has no place on it."""

import pytest

from strongroom.claims import (
    FAQ,
    ClaimRef,
    Lanes,
    Limits,
    Page,
    Posture,
    ProfileInvalid,
    Prose,
    Report,
    Subprocessors,
    SystemUses,
    parse_page,
)


HEAD = "---\ntitle: Security\nlead: What we promise.\n---\n\n"


def read(body: str) -> Page:
    """Return the page with one section, which holds *body*."""
    return parse_page(f"{HEAD}## Connections\n\n{body}\n")


def test_every_block_gets_its_type(page_text: str) -> None:
    """Each directive and each span becomes the block that its name says."""
    page = parse_page(page_text)
    assert (page.title, page.lead) == ("Security", "What we promise.")
    assert [section.anchor for section in page.sections] == [
        "connections",
        "standing",
        "reporting",
    ]
    assert list(page.blocks()) == [
        Prose("<p>About the <em>wire</em>.</p>\n"),
        ClaimRef("edge.hsts", "Browsers come back over HTTPS only.", 12),
        Lanes(),
        FAQ("Is the wire safe?", ("edge.hsts",), 17),
        Posture(),
        Subprocessors(),
        Report(),
        ClaimRef("trust.limits", "No service is perfect.", 34),
        Limits("<p>Nor is this one.</p>\n"),
    ]


def test_a_sentence_can_run_over_lines() -> None:
    """A sentence that is wrapped in the source reads as one line."""
    [ref] = read(
        "- [Browsers come back\n  over `HTTPS` only.]{claim=edge.hsts}"
    ).blocks()
    assert isinstance(ref, ClaimRef)
    assert ref.sentence == "Browsers come back over HTTPS only."


def test_the_uses_of_the_system_door_have_a_place() -> None:
    """The count of ways across the wall stands where the page's author wants it."""
    assert list(read(":::{system_uses}\n:::").blocks()) == [SystemUses()]


def test_line_endings_do_not_matter(page_text: str) -> None:
    """A page saved with the line endings of another system is the same page."""
    assert parse_page(page_text.replace("\n", "\r\n")) == parse_page(page_text)


def test_raw_html_is_text() -> None:
    """Markup in prose is shown, never run, and a script link is no link."""
    prose = "<script>x</script> <b>y</b> [z](javascript:x) ![i](https://a.example/i)"
    [block] = read(f":::{{nonclaim}}\n{prose}\n:::").blocks()
    assert isinstance(block, Prose)
    assert "&lt;script&gt;" in block.html
    for tag in ("<script", "<b>", 'href="javascript', "<img"):
        assert tag not in block.html


def test_raw_html_in_a_sentence_is_text() -> None:
    """Angle brackets in a sentence are characters of the sentence."""
    [ref] = read("- [A <b>bold</b> promise.]{claim=edge.hsts}").blocks()
    assert isinstance(ref, ClaimRef)
    assert ref.sentence == "A <b>bold</b> promise."


def test_a_title_in_any_script_has_an_anchor() -> None:
    """A section titled in another script can still be linked to."""
    page = parse_page(f"{HEAD}## أمان البيانات\n\n- [A.]{{claim=a.b}}\n")
    assert page.sections[0].anchor == "أمان-البيانات"


OUTSIDE = "stands outside a claim span"
ITEM = "exactly one"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("We encrypt everything.", OUTSIDE),
        ("[Span.]{claim=a.b}", OUTSIDE),
        ("> We encrypt everything.", OUTSIDE),
        ("1. [Span.]{claim=a.b}", OUTSIDE),
        ("```\nWe encrypt.\n```", OUTSIDE),
        ("    We encrypt.", OUTSIDE),
        ("<p>We encrypt.</p>", OUTSIDE),
        ("***", OUTSIDE),
        ("- We encrypt.", ITEM),
        ("- [A.]{claim=a.b} And more.", ITEM),
        ("- Before. [A.]{claim=a.b}", ITEM),
        ("- [A.]{claim=a.b} [B.]{claim=a.c}", ITEM),
        ("- [A.]{claim=a.b}\n\n  More.", ITEM),
        ("- [A.]{claim=a.b}\n  - nested", ITEM),
        ("- [A.]{claim=}", ITEM),
        ("- [A.](https://a.example)", ITEM),
        ("-", ITEM),
        ("- [*A*.]{claim=a.b}", "no markup"),
        ("- [https://a.example <https://a.example>.]{claim=a.b}", "no markup"),
        (":::{claims}\n:::", "no directive '{claims}'"),
        (":::nonclaim\nx\n:::", "no directive 'nonclaim'"),
        (":::\nx\n:::", "no directive ''"),
        (":::{posture}\nAll good.\n:::", "filled from claims.toml"),
        (":::{posture} All good.\n:::", "followed by nothing"),
        (":::{nonclaim} All good.\nx\n:::", "followed by nothing"),
        (":::{nonclaim}\n\n:::", "block of prose is empty"),
        (":::{limits}\n:::", "block of prose is empty"),
        (":::{nonclaim}\n[A.]{claim=a.b}\n:::", "inside a block of prose"),
        (":::{faq}\na.b\n:::", "followed by a question"),
        (":::{faq} All good.\na.b\n:::", "followed by a question"),
        (":::{faq} All good?\n:::", "answers with no claim"),
        (":::{nonclaim}\nHello.", "no closing"),
        (":::{nonclaim}\nHello.\n\n- [A.]{claim=a.b}", "no closing"),
        (":::{nonclaim}\nHello.\n\n:::{posture}\n:::", "no closing"),
        (":::{report}", "no closing"),
        ("### Deeper\n", "begins with ##"),
        ("# Higher\n", "begins with ##"),
        ("## All data is encrypted.\n", "not a sentence"),
        ("## " + "All data is encrypted and " * 3, "not a sentence"),
        ("##\n", "not a sentence"),
        ("## [Linked](https://a.example)\n", "no markup"),
        ("## connections\n", "two sections have this title"),
    ],
)
def test_what_has_no_place_is_refused(body: str, reason: str) -> None:
    """A sentence, title or directive out of its place is refused with its line."""
    with pytest.raises(ProfileInvalid, match=reason) as refusal:
        read(body)
    assert str(refusal.value).startswith("security.md:")
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "begin with"),
        ("## Connections\n", "begin with"),
        ("---\ntitle: A\n---\n## B\n", "exactly title and lead"),
        ("---\ntitle: A\nlead: B\nextra: C\n---\n## B\n", "exactly title and lead"),
        ("---\ntitle: A\ntitle: B\nlead: C\n---\n## B\n", "exactly title and lead"),
        ("---\ntitle:\nlead: B\n---\n## B\n", "is empty"),
        (HEAD, "needs a ## section"),
        (f"{HEAD}- [A.]{{claim=a.b}}\n\n## B\n", "needs a ## section"),
    ],
)
def test_a_page_without_its_frame_is_refused(text: str, reason: str) -> None:
    """A page needs a title, a lead, and a section around everything else."""
    with pytest.raises(ProfileInvalid, match=reason):
        parse_page(text)


def test_the_refusal_names_the_line(page_text: str) -> None:
    """The line in the message is the line of the sentence in the file."""
    with pytest.raises(ProfileInvalid, match=r"^security\.md:36: "):
        parse_page(page_text.replace(":::{limits}", "We are secure.\n\n:::{limits}"))
