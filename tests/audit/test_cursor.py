"""Where the next entries without a place are looked for."""

from datetime import UTC, datetime, timedelta

from strongroom.audit.policy import LOOK_BACK, Cursor
from strongroom.kernel import first_id, new_id


BEGAN = datetime(2026, 11, 28, 12, tzinfo=UTC)


def test_it_goes_on_while_more_waits_and_then_comes_back() -> None:
    """Before the beginning, not the end: what committed meanwhile is behind neither."""
    cursor = Cursor()
    assert cursor.after is None
    for minutes in range(3):
        last = new_id()
        cursor.move(last, BEGAN + timedelta(minutes=minutes))
        assert cursor.after == last
    cursor.move(None, BEGAN + timedelta(hours=1))
    assert cursor.after == first_id(BEGAN - LOOK_BACK)
    cursor.move(None, BEGAN + timedelta(hours=1))
    assert cursor.after == first_id(BEGAN + timedelta(hours=1) - LOOK_BACK)
