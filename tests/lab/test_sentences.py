"""Reading a security page back, as a reader of its HTML does."""

from strongroom.lab import Sentence, read_sentences


def test_a_sentence_is_read_with_its_claim_and_status() -> None:
    """Its words are those between the tags, whatever mark-up stands among them."""
    page = (
        '<p data-claim="edge.hsts" data-status="proved">'
        "HSTS is <em>on</em>,\n   for a&nbsp;year.</p>"
    )
    assert read_sentences(page) == [
        Sentence("edge.hsts", "proved", "HSTS is on, for a year.", "statement")
    ]


def test_an_answer_is_told_from_a_statement() -> None:
    """Where a sentence repeats a claim, its place says so."""
    page = (
        '<p data-claim="a.b" data-status="proved">One.</p>'
        '<li data-claim="a.b" data-status="proved" data-place="answer">One.</li>'
    )
    assert [each.place for each in read_sentences(page)] == ["statement", "answer"]


def test_sentences_keep_their_order_and_repeat() -> None:
    """Nothing is merged: a claim that stands twice is read twice."""
    page = "".join(f'<p data-claim="{name}">x</p>' for name in ("b.b", "a.a", "b.b"))
    assert [each.claim for each in read_sentences(page)] == ["b.b", "a.a", "b.b"]


def test_text_outside_is_no_sentence() -> None:
    """Words that no claim is bound to are not read."""
    assert read_sentences("<p>Trust us.</p><!-- <p data-claim='a.b'>x</p> -->") == []


def test_escaped_characters_are_read_as_shown() -> None:
    """An entity in the source is the character that a reader sees."""
    page = '<p data-claim="a.b">1 &lt; 2 &amp; &quot;3&quot;</p>'
    assert read_sentences(page)[0].words == '1 < 2 & "3"'


def test_a_sentence_that_never_ends_is_not_read() -> None:
    """A page that is cut off does not show a half sentence as a whole one."""
    assert read_sentences('<p data-claim="a.b">Every row is') == []
