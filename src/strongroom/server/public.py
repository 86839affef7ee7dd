"""The public listener: HTTPS by Granian, in as many processes as are wanted.

Measured with Granian 2.8: on SIGTERM it refuses new connections and finishes the
requests in flight; a worker that dies is replaced; a TLS handshake or a request's
head that does not come is given up after ten seconds or `HEAD_SECONDS`. What it does
not do is done here: a worker dies with its parent.
"""

import os
from functools import partial

from granian.constants import HTTPModes, Interfaces, Loops, SSLProtocols
from granian.http import HTTP1Settings, HTTP2Settings
from granian.server.mp import MPServer

from strongroom.middleware import App

from .application import application
from .installation import Installation
from .logs import catch_the_rest, configure_logs, log_settings
from .memory import settle_memory
from .options import Options
from .parent import die_with, raise_file_limit


HEAD_SECONDS = 8
"""A connection that sends no whole request head for so long is closed."""

GRACE_SECONDS = 10
"""At a stop, requests in flight may take this long; longer than `HEAD_SECONDS`."""

CONNECTIONS = 2048
"""Per worker; more wait in the kernel's queue."""

LARGEST_HEAD = 65_536

MINIMA = {"1.2": SSLProtocols.tls12, "1.3": SSLProtocols.tls13}


def serve_public(options: Options, root: bytes) -> None:
    """Serve until told to stop."""
    installation = Installation.open(options, root=root)
    configure_logs(installation.folder.log)
    raise_file_limit()
    # The key reaches each worker through multiprocessing's own pipe.
    load = partial(load_application, options, root, os.getpid())
    _listener(installation).serve(target_loader=load, wrap_loader=False)


def load_application(options: Options, root: bytes, parent: int) -> App:
    """Return the application; runs in each worker."""
    die_with(parent)
    catch_the_rest()
    built = application(Installation.open(options, root=root))
    settle_memory()
    return built


def _listener(installation: Installation) -> MPServer:
    options, tls = installation.options, installation.public_tls
    return MPServer(
        "strongroom",
        address=options.bind,
        port=options.port,
        interface=Interfaces.ASGI,
        workers=options.workers,
        loop=Loops.uvloop,
        http=HTTPModes.auto,
        websockets=False,
        backlog=CONNECTIONS,
        backpressure=CONNECTIONS,
        http1_settings=HTTP1Settings(header_read_timeout=HEAD_SECONDS * 1000),
        http2_settings=HTTP2Settings(max_headers_size=LARGEST_HEAD),
        log_dictconfig=log_settings(installation.folder.log),
        ssl_cert=tls.certificate,
        ssl_key=tls.key,
        ssl_protocol_min=MINIMA[installation.edge.tls_minimum],
        respawn_failed_workers=True,
        workers_kill_timeout=GRACE_SECONDS,
    )
