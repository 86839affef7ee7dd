"""Settings come from a policy; the environment wins; what is wrong stops the start."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from strongroom.kernel import SettingsInvalid, load_settings
from strongroom.middleware import EdgeSettings


@dataclass(frozen=True, slots=True)
class Room:
    """A room's settings."""

    guests: tuple[str, ...] = ()
    stay: timedelta = timedelta(days=1)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("", ()),
        ("one.example", ("one.example",)),
        ("one.example,two.example", ("one.example", "two.example")),
        (" one.example , two.example ,", ("one.example", "two.example")),
    ],
)
def test_a_list_has_commas_in_the_environment(
    written: str, meant: tuple[str, ...]
) -> None:
    """An operator can name several things in one variable; it wins over the policy."""
    policy = {"room": {"guests": ["other.example"]}}
    environment = {"STRONGROOM_ROOM_GUESTS": written}
    assert load_settings(Room, "room", policy, environment).guests == meant
    assert load_settings(Room, "room", policy, {}).guests == ("other.example",)


def test_a_list_has_only_words() -> None:
    """A number in a policy's list of words is refused, and named."""
    with pytest.raises(SettingsInvalid, match=r"\[room\] guests"):
        load_settings(Room, "room", {"room": {"guests": [1]}}, {})


def test_hsts_lasts_a_year_at_least() -> None:
    """A shorter time does not start; exactly the year does."""
    with pytest.raises(SettingsInvalid, match="hsts_max_age must be at least 31536000"):
        load_settings(EdgeSettings, "edge", {"edge": {"hsts_max_age": 31535999}}, {})
    policy = {"edge": {"hsts_max_age": 31536000}}
    assert load_settings(EdgeSettings, "edge", policy, {}).hsts_max_age == 31536000
