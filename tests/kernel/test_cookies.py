"""Cookies go to this very host, over TLS, and past scripts."""

import pytest

from strongroom.kernel import host_cookie


def test_what_a_cookie_holds_is_spelled_for_headers() -> None:
    """An address holds a sign that ends nothing and starts nothing."""
    parts = host_cookie("__Host-a", "x@y; Domain=z", 60, same_site="lax")
    assert parts["value"] == "x%40y%3B%20Domain%3Dz"
    assert (parts["secure"], parts["httponly"], parts["path"]) == (True, True, "/")


def test_a_name_that_others_can_plant_is_refused() -> None:
    """Another host of the domain could set it, and a page could not tell."""
    with pytest.raises(ValueError, match="__Host-"):
        host_cookie("session", "x", 60, same_site="strict")
