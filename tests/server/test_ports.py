"""Ports are asked for before anything starts, and a busy one is named."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from strongroom.server import CannotStart, Options, ports
from strongroom.server.ports import free_ports, require_free_ports


@pytest.fixture
def busy() -> Iterator[int]:
    """Lend a port on which somebody listens, willing to share it."""
    with socket.socket() as listening:
        # Granian listens like this, so a bind that allows sharing would succeed.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


def options(**changed: Any) -> Options:
    """Return options with free ports, except those that are *changed*."""
    port, http_port, admin_port = free_ports(3)
    free = {"port": port, "http_port": http_port, "admin_port": admin_port}
    return Options(data="/nowhere", **{**free, **changed})


def test_free_ports_are_accepted() -> None:
    """And they stay free: asking takes nothing."""
    wanted = options()
    require_free_ports(wanted)
    require_free_ports(wanted)


@pytest.mark.parametrize("which", ["port", "http_port", "admin_port"])
def test_a_busy_port_is_named(
    busy: int, which: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of the three is asked for, with the option that changes it."""
    monkeypatch.setattr(ports, "PATIENCE_SECONDS", 0.0)
    option = f"--{which.replace('_', '-')}"
    with pytest.raises(CannotStart, match=f"port {busy} is in use.* {option}$"):
        require_free_ports(options(**{which: busy}))


def test_two_listeners_need_two_ports() -> None:
    """The same number twice is refused before anything is asked."""
    with pytest.raises(CannotStart, match="three different ports"):
        require_free_ports(options(port=8443, http_port=8443))


def test_an_address_of_another_machine_is_refused() -> None:
    """Only an address of this machine can be listened on."""
    with pytest.raises(CannotStart, match=r"192\.0\.2\.1"):
        require_free_ports(options(bind="192.0.2.1"))


def test_a_port_that_is_just_closing_is_waited_for(
    busy: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that was just killed needs a moment to let go."""
    asked = []

    def bind(address: str, port: int) -> None:
        asked.append(port)
        if asked.count(busy) == 1:
            real(address, port)  # The first time it is busy; then it has gone.

    real = ports._bind
    monkeypatch.setattr(ports, "_bind", bind)
    require_free_ports(options(port=busy))
    assert asked.count(busy) == 2
