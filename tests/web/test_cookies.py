"""Cookies are read from every header, and a planted second one is not taken."""

from typing import Any

import pytest
from litestar import Request

from strongroom.web import find_cookie


def request_with(*cookies: str) -> Request[Any, Any, Any]:
    """Return a request with so many Cookie headers."""
    headers = [(b"cookie", each.encode()) for each in cookies]
    scope: Any = {"type": "http", "headers": headers, "method": "GET"}
    return Request(scope)


@pytest.mark.parametrize(
    "cookies",
    [["a=1; b=x%40y; c=3"], ["a=1", "b=x%40y", "c=3"], ["a=1", "c=3;b=x%40y"]],
)
def test_a_cookie_is_found_in_whichever_header(cookies: list[str]) -> None:
    """One header with all, as over HTTP/1.1, or one each, as over HTTP/2."""
    assert find_cookie(request_with(*cookies), "b") == "x@y"


@pytest.mark.parametrize("cookies", [[], ["a=1"], ["bb=1; xb=2"], ["B=1"]])
def test_another_cookie_is_not_it(cookies: list[str]) -> None:
    """A name that is longer, shorter or of other case is another name."""
    assert find_cookie(request_with(*cookies), "b") is None


@pytest.mark.parametrize("value", ["%00", "a%00b", "a%0Ab", "%7F", "%1b[2J"])
def test_one_with_control_characters_is_dropped(value: str) -> None:
    """No cookie of ours holds any, and no text of the database a NUL."""
    assert find_cookie(request_with(f"b={value}"), "b") is None


@pytest.mark.parametrize("cookies", [["b=1; b=2"], ["b=1", "b=2"], ["b=1", "b=1"]])
def test_of_two_by_one_name_none_is_taken(cookies: list[str]) -> None:
    """One of them was planted; nobody guesses which."""
    assert find_cookie(request_with(*cookies), "b") is None
