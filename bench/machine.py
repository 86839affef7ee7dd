"""What the figures were taken on, so that nobody compares them with another machine."""

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

import msgspec

from .databases import server_version
from .models import Plan
from .targets import PEERS


OURS = ("strongroom", "granian", "uvloop", "asyncpg", "argon2-cffi")
THEIRS = {
    "fastapi_users": ("fastapi-users", "fastapi", "SQLAlchemy", "starlette"),
    "limits": ("limits", "redis", "hiredis"),
}
"""What the report names, of each peer that pip installs."""

PROCESSOR = "model name"


def describe(plan: Plan) -> dict[str, str]:
    """Return one line about each thing that moves figures."""
    return {
        "Processor": f"{_processor()}, {os.cpu_count()} visible",
        "System": f"{platform.system()} {_release()}",
        "Languages": f"Python {platform.python_version()}, node {_node()}",
        "Redis": _redis(),
        "Postgres": f"{server_version(plan.database_url)}, {_place(plan)}",
        "Ours": ", ".join(f"{name} {version(name)}" for name in OURS),
        "Peers": ", ".join([*_locked_by_npm(), *_locked_by_pip()]),
    }


def load_average() -> float:
    """Return how many processes wanted to run over the last minute."""
    return os.getloadavg()[0]


def _place(plan: Plan) -> str:
    if plan.postgres_is_pinned:
        return "on the processor of the load"
    return "not pinned to a processor: it runs elsewhere, or as somebody else"


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    named = [line.partition(":")[2].strip() for line in lines if PROCESSOR in line]
    return named[0] if named else platform.machine()


def _release() -> str:
    return ".".join(platform.release().split(".")[:2])


def _node() -> str:
    command = ["node", "--version"]
    done = subprocess.run(  # noqa: S603 - the bench's own words only.
        command, capture_output=True, text=True, check=True
    )
    return done.stdout.strip().lstrip("v")


def _locked_by_npm() -> list[str]:
    text = (PEERS / "better-auth" / "package.json").read_bytes()
    asked = msgspec.json.decode(text)["dependencies"]
    return [f"{name} {number}" for name, number in asked.items()]


def _redis() -> str:
    command = ["redis-server", "--version"]
    done = subprocess.run(  # noqa: S603 - the bench's own words only.
        command, capture_output=True, text=True, check=True
    )
    return done.stdout.partition("v=")[2].partition(" ")[0]


def _locked_by_pip() -> list[str]:
    return [f"{name} {pin}" for peer in THEIRS for name, pin in _pins(peer).items()]


def _pins(peer: str) -> dict[str, str]:
    lines = (PEERS / peer / "requirements.txt").read_text().splitlines()
    pins = dict(line.split("==") for line in lines if "==" in line)
    return {name: pins[name] for name in THEIRS[peer]}
