"""What a device is called."""

import pytest

from strongroom.sessions.policy import device_name


MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1"
ANDROID = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (f"{MAC} (KHTML, like Gecko) Chrome/140.0 Safari/537.36", "Chrome on Mac"),
        (f"{MAC} Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Mac"),
        (f"{PHONE} Version/18.0 Mobile/15E148 Safari/604.1", "Safari on iPhone"),
        (f"{ANDROID} Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.9.1", "curl"),
        ("python-httpx/0.28.1", "python-httpx"),
        ("<script>", "<script>"),
        ("a" * 300, "a" * 40),
        ("", "Unknown device"),
        (None, "Unknown device"),
    ],
)
def test_a_device_has_a_name_for_people(user_agent: str | None, name: str) -> None:
    """A browser and its system are named; a program keeps its own first word."""
    assert device_name(user_agent) == name
