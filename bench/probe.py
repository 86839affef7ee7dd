"""One request by hand, to see what a server really answers."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from .errors import ServerFailed


PATIENCE_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    cookies: tuple[str, ...]
    """Name and value of each Set-Cookie, fit for a Cookie header."""

    headers: Mapping[str, str]
    """By their names in lower case; of those that come more than once, the last."""

    body: bytes
    length: int
    """Bytes on the wire, head included."""


def connect(address: str) -> HTTPConnection:
    """Return a connection that is made at its first use, and kept alive."""
    return HTTPConnection(urlsplit(address).netloc, timeout=PATIENCE_SECONDS)


def ask(
    address: str,
    path: str,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> Answer:
    """Return the answer on a connection of its own.

    Raises:
        ServerFailed: there was none.

    """
    with closing(connect(address)) as connection:
        return ask_on(connection, path, headers or {}, body)


def ask_on(
    connection: HTTPConnection,
    path: str,
    headers: Mapping[str, str],
    body: bytes | None = None,
) -> Answer:
    """Return the answer to a GET, or to a POST when there is a *body*.

    Raises:
        ServerFailed: there was none.

    """
    verb = "GET" if body is None else "POST"
    try:
        connection.request(verb, path, body=body, headers=dict(headers))
        response = connection.getresponse()
        content = response.read()
    except (OSError, HTTPException) as failed:
        where = f"{connection.host}:{connection.port}{path}"
        message = f"{where} gave no answer: {failed!r}"
        raise ServerFailed(message) from failed
    fields = response.getheaders()
    set_cookies = [text for name, text in fields if name.lower() == "set-cookie"]
    return Answer(
        status=response.status,
        cookies=tuple(text.partition(";")[0] for text in set_cookies),
        headers={name.lower(): text for name, text in fields},
        body=content,
        length=_head_length(response.status, response.reason, fields) + len(content),
    )


def _head_length(status: int, reason: str, fields: list[tuple[str, str]]) -> int:
    lines = [
        f"HTTP/1.1 {status} {reason}",
        *(f"{name}: {text}" for name, text in fields),
    ]
    return sum(len(line) + len("\r\n") for line in [*lines, ""])
