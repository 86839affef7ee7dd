"""Are the ports ours to take? Asked before anything starts.

Granian binds with SO_REUSEPORT, so it would silently share a busy port with another
server of the same user; this question does not, and gets an honest answer.
"""

import errno
import socket
import time
from contextlib import ExitStack

from .errors import CannotStart
from .options import LOOPBACK, Options


PATIENCE_SECONDS = 1.5
"""Listeners of a server that was just killed need a moment to go."""


def require_free_ports(options: Options) -> None:
    """Accept ports that are free and differ.

    Raises:
        CannotStart: the message names the port and what to do.

    """
    wanted = {
        "--port": (options.bind, options.port),
        "--http-port": (options.bind, options.http_port),
        "--admin-port": (LOOPBACK, options.admin_port),
    }
    if len({port for _, port in wanted.values()}) != len(wanted):
        message = "--port, --http-port and --admin-port must be three different ports"
        raise CannotStart(message)
    deadline = time.monotonic() + PATIENCE_SECONDS
    for option, (address, port) in wanted.items():
        _require_free(option, address, port, deadline)


def free_ports(number: int) -> list[int]:
    """Return so many different free ports of the loopback address."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(number)]
        for each in sockets:
            each.bind((LOOPBACK, 0))
        return [each.getsockname()[1] for each in sockets]


def _require_free(option: str, address: str, port: int, deadline: float) -> None:
    while True:
        try:
            _bind(address, port)
        except OSError as reason:
            if reason.errno != errno.EADDRINUSE or time.monotonic() > deadline:
                message = _why_not(option, address, port, reason)
                raise CannotStart(message) from None
            time.sleep(0.1)
        else:
            return


def _bind(address: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as tried:
        # As the listeners do: a port in TIME_WAIT is free.
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        tried.bind((address, port))


def _why_not(option: str, address: str, port: int, reason: OSError) -> str:
    if reason.errno == errno.EADDRINUSE:
        return f"port {port} is in use: stop what uses it, or choose another {option}"
    if reason.errno == errno.EACCES:
        return f"port {port} needs more rights: choose {option} above 1023"
    return f"{address} cannot be used for port {port}: {reason.strerror}"
