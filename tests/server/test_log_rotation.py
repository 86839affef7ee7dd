"""Log files end by size and by day, and no line outlives the policy's period."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from strongroom.kernel import SettingsInvalid, load_settings
from strongroom.server import log_rotation, logs
from strongroom.server.log_rotation import LogSettings, rotate, rotated
from strongroom.server.logs import SharedFile


NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
KEPT = LogSettings(timedelta(days=30))


def write(path: Path, age: timedelta) -> None:
    """Write a line of that *age*."""
    path.write_text(json.dumps({"at": (NOW - age).isoformat()}) + "\n", "utf-8")


def test_a_full_file_is_rotated_and_the_oldest_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever appends notices the new file; all together stay below a size."""
    monkeypatch.setattr(log_rotation, "LARGEST_BYTES", 10)
    monkeypatch.setattr(log_rotation, "LARGEST_TOTAL", 150)
    monkeypatch.setattr(logs, "LOOK_AGAIN_SECONDS", -1.0)
    path = tmp_path / "strongroom.log"
    one, two = SharedFile(path), SharedFile(path)
    for number in range(8):
        one.append(b"one %d ......\n" % number)
        two.append(b"two %d ......\n" % number)
        rotate(path, KEPT, datetime.now(UTC))
    names = [each.name for each in rotated(path)]
    assert names == [f"strongroom.log.{number}" for number in range(1, 6)]
    assert (tmp_path / names[0]).read_bytes() == b"one 7 ......\ntwo 7 ......\n"
    assert (tmp_path / names[0]).stat().st_mode & 0o777 == 0o600


def test_a_small_new_or_absent_file_is_left_alone(tmp_path: Path) -> None:
    """Rotation is for large files and old ones."""
    path = tmp_path / "strongroom.log"
    rotate(path, KEPT, NOW)
    write(path, timedelta(hours=23))
    rotate(path, KEPT, NOW)
    assert [each.name for each in tmp_path.iterdir()] == ["strongroom.log"]


def test_a_file_ends_after_a_day(tmp_path: Path) -> None:
    """So that what it holds can be forgotten in time."""
    path = tmp_path / "strongroom.log"
    write(path, timedelta(days=1))
    rotate(path, KEPT, NOW)
    assert [each.name for each in tmp_path.iterdir()] == ["strongroom.log.1"]


def test_no_line_outlives_the_period(tmp_path: Path) -> None:
    """An old file goes, a newer one stays, whatever the time on the files."""
    path = tmp_path / "strongroom.log"
    write(path.with_name("strongroom.log.1"), timedelta(days=28))
    write(path.with_name("strongroom.log.2"), timedelta(days=29))
    write(path.with_name("strongroom.log.3"), timedelta(days=40))
    rotate(path, KEPT, NOW)
    assert [each.name for each in rotated(path)] == ["strongroom.log.1"]


def test_a_period_in_which_nothing_can_be_found_is_refused() -> None:
    """An incident of yesterday must still be in the log."""
    with pytest.raises(SettingsInvalid, match="two days"):
        load_settings(LogSettings, "logs", {"logs": {"retention": "24h"}}, {})
