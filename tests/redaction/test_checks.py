"""Numbers are taken for money only when they check themselves."""

from strongroom.redaction.checks import is_card, is_iban, is_opaque


def test_a_card_number_checks_itself() -> None:
    """The networks' own test numbers pass; one changed digit does not."""
    assert all(map(is_card, ("4111 1111 1111 1111", "5555555555554444")))
    assert is_card("2223003122003222")
    assert not is_card("4111 1111 1111 1112")
    assert not is_card("1795854511123456789")


def test_an_account_number_checks_itself() -> None:
    """The standard's own examples pass; one changed digit does not."""
    assert is_iban("GB82 WEST 1234 5698 7654 32")
    assert is_iban("DE89370400440532013000")
    assert not is_iban("DE89370400440532013001")


def test_a_digest_is_not_opaque() -> None:
    """Letters of one case are a digest; our own tokens mix them."""
    assert is_opaque("Zq7aKxPz9wL2rTgVb4Zq7aKxPz9wL2rTg")
    assert not is_opaque("0" * 20 + "a" * 20)
    assert not is_opaque("WORDS_OF_A_CONSTANT_IN_CAPITALS_1")
