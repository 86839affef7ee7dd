"""What an entry of the registry must say before it is accepted."""

from datetime import timedelta
from typing import Any

import pytest

from strongroom.kernel import Period, PersonalTable, SettingsInvalid, Subject


GOOD: dict[str, Any] = {
    "table": "public.notes",
    "title": "Notes",
    "subject": Subject("author_id", by="account"),
    "personal": {"words": "shown to the team"},
    "ground": "contract",
    "kept": Period(timedelta(days=30), "written_at"),
}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"table": "notes; drop table x"}, "plain name"),
        ({"personal": {'"words"': "x"}}, "plain name"),
        ({"impersonal": ("words",)}, "both"),
        ({"subject": None, "because": "x"}, "need a subject"),
        ({"ground": None}, "ground"),
        ({"personal": {}}, "what the rows are for"),
        ({"on_erasure": "anonymise"}, "because"),
        ({"on_erasure": "retain", "because": "law", "kept": "for ever"}, "an end"),
        ({"instead": {"title": "gone"}}, "is replaced"),
    ],
)
def test_an_entry_that_leaves_something_open_is_refused(
    changed: dict[str, Any], told: str
) -> None:
    """The whole entry is accepted, and with one thing missing it is not."""
    assert PersonalTable(**GOOD).named == {"words"}
    with pytest.raises(ValueError, match=told):
        PersonalTable(**{**GOOD, **changed})


def test_a_period_follows_the_policy() -> None:
    """The policy's own figure wins, and a misspelt one is refused."""
    period = Period(timedelta(days=365), "at", setting="audit.retention")
    assert period.under({}) == timedelta(days=365)
    assert period.under({"audit": {"retention": "30d"}}) == timedelta(days=30)
    with pytest.raises(SettingsInvalid, match=r"\[audit\] retention"):
        period.under({"audit": {"retention": "a while"}})
