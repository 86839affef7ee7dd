"""Only `egress/` opens connections to others, and proofs to the site that they prove.

Guards against a way past the gate, where nobody judges the address. A line that goes
where the operator alone decides says so in its escape.
"""

import ast
from collections.abc import Iterator

from tools.house import is_proofs

from .model import Lint, Sample, Source, Spot


_PACKAGES = frozenset({"egress", "lab"})

_SPEAKERS = frozenset(
    {
        "aiohttp",
        "aiosmtplib",
        "boto3",
        "botocore.session",
        "ftplib",
        "http.client",
        "httpcore",
        "opentelemetry.exporter",
        "pymongo",
        "requests",
        "smtplib",
        "urllib.request",
        "urllib3",
        "websockets",
    }
)
"""Modules that serve to speak to others, and to nothing else: found when loaded."""

_OPENERS = frozenset(
    {
        "asyncio.open_connection",
        "httpx.AsyncClient",
        "httpx.AsyncHTTPTransport",
        "httpx.Client",
        "httpx.HTTPTransport",
        "httpx.delete",
        "httpx.get",
        "httpx.head",
        "httpx.options",
        "httpx.patch",
        "httpx.post",
        "httpx.put",
        "httpx.request",
        "httpx.stream",
        "socket.create_connection",
    }
)
"""What opens, in modules that also hold types and codes: found where it stands."""

_METHODS = frozenset(
    {"create_connection", "create_datagram_endpoint", "sock_connect", "connect_tcp"}
)
"""Of event loops, whatever the loop is called."""


def find(source: Source) -> Iterator[Spot]:
    """Yield what opens a connection, imported, called or loaded by its name."""
    if source.home in _PACKAGES or is_proofs(source.path.stem):
        return
    for node in source.nodes:
        for name in _names(node):
            yield Spot.at(node, f"{name} goes past the gate of egress/")


def _names(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            yield from filter(_speaks, (each.name for each in names))
        case ast.ImportFrom(module=str(module), level=0, names=names):
            found = (f"{module}.{each.name}" for each in names)
            yield from (name for name in found if _speaks(name) or name in _OPENERS)
        case ast.Call(args=[ast.Constant(value=str(name)), *_]) if _speaks(name):
            yield name
        case ast.Attribute(attr=name) if name in _METHODS:
            yield name
        case ast.Attribute() if ast.unparse(node) in _OPENERS:
            yield ast.unparse(node)
        case ast.Call(func=ast.Attribute(attr="connect"), args=[ast.Tuple()]):
            yield "connect((host, port))"


def _speaks(name: str) -> bool:
    return any(name == each or name.startswith(f"{each}.") for each in _SPEAKERS)


_SERVICE = "src/strongroom/witnesses/service.py"

LINT = Lint(
    name="way-out",
    rule="Only egress/ connects to others; proofs and lab/ to the site they prove.",
    areas=frozenset({"src"}),
    find=find,
    good=(
        Sample("src/strongroom/egress/http.py", "import httpcore\n"),
        Sample("src/strongroom/lab/lab.py", "httpx.AsyncClient(base_url=url)\n"),
        Sample("src/strongroom/audit/proofs_views.py", "httpx.AsyncClient()\n"),
        Sample("src/strongroom/middleware/visitor.py", "httpx.Response(200)\n"),
        Sample("src/strongroom/server/metrics.py", "out.connect(str(path))\n"),
        Sample("src/strongroom/server/parent.py", "asyncio.open_unix_connection(p)\n"),
        Sample("src/strongroom/web/forms.py", "from .requests import request\n"),
        Sample(_SERVICE, "from strongroom.egress import Asked, https\n"),
    ),
    bad=(
        Sample(_SERVICE, "import httpcore\n"),
        Sample(_SERVICE, "from aiosmtplib import send\n"),
        Sample(_SERVICE, "import urllib.request\n"),
        Sample(_SERVICE, "from urllib import request\n"),
        Sample(_SERVICE, "from http.client import HTTPSConnection\n"),
        Sample(_SERVICE, "import smtplib\n"),
        Sample(_SERVICE, "client = httpx.AsyncClient()\n"),
        Sample(_SERVICE, "open_it = httpx.Client\n"),
        Sample(_SERVICE, "httpx.post(url, content=body)\n"),
        Sample(_SERVICE, "from httpx import AsyncClient\n"),
        Sample(_SERVICE, "await asyncio.open_connection(host, port)\n"),
        Sample(_SERVICE, "from asyncio import open_connection\n"),
        Sample(_SERVICE, "socket.create_connection((host, port))\n"),
        Sample(_SERVICE, "asyncio.get_running_loop().sock_connect(s, place)\n"),
        Sample(_SERVICE, "opened.connect((host, port))\n"),
        Sample(_SERVICE, "_load('boto3', 'aws').client('s3')\n"),
    ),
)
