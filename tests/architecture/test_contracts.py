"""The import contracts hold, and each of them bites."""

import shutil
import subprocess
import sys
from configparser import ConfigParser
from dataclasses import dataclass
from pathlib import Path

import pytest

from tools.house import DOMAINS, SHELL, TOOLKITS

from .skeleton import build, write


REPOSITORY = Path(__file__).parents[2]
LAYERS = "A package imports only packages below it"
ANATOMY = "Inside a package: manifest, proofs, faces, verbs, store and policy, words"
HEADLESS = "The library half never reaches the web, not even through others"


@dataclass(frozen=True)
class Breach:
    """One line planted in one file, the contract that must break, and its words."""

    name: str
    file: str
    line: str
    contract: str
    words: str


def inside(name: str, file: str, line: str, imported: str) -> Breach:
    """Return a breach of the order inside the folder of accounts."""
    words = f"strongroom.accounts.{file} -> strongroom.accounts.{imported}"
    return Breach(name, f"accounts/{file}.py", line, ANATOMY, words)


def headless(name: str, file: str, line: str, words: str) -> Breach:
    """Return a breach of the border around the library half."""
    return Breach(name, file, line, HEADLESS, words)


BREACHES = [
    Breach(
        "upward",
        "accounts/service.py",
        "import strongroom.signin",
        LAYERS,
        "strongroom.accounts.service -> strongroom.signin",
    ),
    Breach(
        "upward, hidden in a function",
        "kernel/clock.py",
        "def now():\n    import strongroom.audit",
        LAYERS,
        "strongroom.kernel.clock -> strongroom.audit",
    ),
    Breach(
        "upward, for the type checker only",
        "audit/models.py",
        "import typing\nif typing.TYPE_CHECKING:\n    import strongroom.room",
        LAYERS,
        "strongroom.audit.models -> strongroom.room",
    ),
    Breach(
        "upward, from a toolkit into a domain",
        "lab/client.py",
        "import strongroom.sessions",
        LAYERS,
        "strongroom.lab.client -> strongroom.sessions",
    ),
    Breach(
        "a sibling",
        "db/pool.py",
        "import strongroom.crypto",
        LAYERS,
        "strongroom.db.pool -> strongroom.crypto",
    ),
    Breach(
        "the other sibling",
        "crypto/keyring.py",
        "import strongroom.db",
        LAYERS,
        "strongroom.crypto.keyring -> strongroom.db",
    ),
    Breach(
        "an undeclared package", "gossip/__init__.py", "", LAYERS, "strongroom.gossip"
    ),
    Breach("an undeclared module", "gossip.py", "", LAYERS, "strongroom.gossip"),
    inside("a face from a decision", "policy", "from . import events, pages", "pages"),
    inside("a sibling of a decision", "policy", "from . import store", "store"),
    inside("a decision from the store", "store", "from . import policy", "policy"),
    inside("verbs from words", "models", "from . import service", "service"),
    inside("a word from another word", "errors", "from . import models", "models"),
    inside("a face from a face", "pages", "from . import api", "api"),
    inside("a face from a verb", "service", "from . import proofs", "proofs"),
    inside("the manifest from a face", "api", "from . import manifest", "manifest"),
    headless(
        "the web from a verb, past its face",
        "accounts/service.py",
        "from strongroom.web.forms import Form",
        "strongroom.accounts.service -> strongroom.web.forms",
    ),
    headless(
        "the web from the room",
        "room.py",
        "import strongroom.web",
        "strongroom.room -> strongroom.web",
    ),
    headless(
        "a face through its package",
        "accounts/__init__.py",
        "from . import api",
        "strongroom.accounts -> strongroom.accounts.api",
    ),
    headless(
        "starlette through the kernel",
        "kernel/problem.py",
        "import starlette",
        "strongroom.kernel.problem -> starlette",
    ),
    headless(
        "click in the store",
        "audit/store.py",
        "import click",
        "strongroom.audit.store -> click",
    ),
    headless(
        "jinja2 in a decision",
        "signin/policy.py",
        "import jinja2.sandbox",
        "strongroom.signin.policy -> jinja2",
    ),
    headless(
        "litestar in a model",
        "outbox/models.py",
        "from litestar import Request",
        "strongroom.outbox.models -> litestar",
    ),
]


def lint_imports(package: Path) -> subprocess.CompletedProcess[str]:
    """Judge the house that stands in *package* by the repository's contracts."""
    program = shutil.which("lint-imports", path=Path(sys.executable).parent)
    assert program is not None
    return subprocess.run(
        [program, "--config", REPOSITORY / ".importlinter", "--no-cache", "--no-logo"],
        cwd=package.parent,
        env={"PYTHONPATH": str(package.parent), "COLUMNS": "400"},
        capture_output=True,
        text=True,
        check=False,
    )


def plant(package: Path, breach: Breach) -> None:
    """Add the breach to its file, which may be new."""
    file = package / breach.file
    present = file.read_text(encoding="utf-8") if file.exists() else ""
    write(file, f"{present}{breach.line}\n")
    if breach.words.startswith("strongroom.kernel.problem"):
        write(package / "kernel" / "__init__.py", "from . import problem\n")


def test_the_house_keeps_its_contracts() -> None:
    """The real tree breaks no contract."""
    judged = lint_imports(REPOSITORY / "src" / "strongroom")
    assert judged.returncode == 0, judged.stdout + judged.stderr
    assert "Contracts: 3 kept, 0 broken." in judged.stdout


def test_a_rightful_house_keeps_the_contracts(tmp_path: Path) -> None:
    """The skeleton, with nothing planted, breaks no contract."""
    judged = lint_imports(build(tmp_path))
    assert judged.returncode == 0, judged.stdout + judged.stderr


@pytest.mark.parametrize("breach", BREACHES, ids=lambda breach: breach.name)
def test_a_planted_breach_is_named(breach: Breach, tmp_path: Path) -> None:
    """One wrong import breaks exactly the contract that forbids it, by name."""
    package = build(tmp_path)
    plant(package, breach)
    judged = lint_imports(package)
    assert judged.returncode == 1, judged.stderr
    broken = [line for line in judged.stdout.splitlines() if line.endswith(" BROKEN")]
    assert f"{breach.contract} BROKEN" in broken
    assert breach.words in " ".join(judged.stdout.split())


def test_the_contracts_and_the_plan_agree() -> None:
    """Every package of the plan has its layer, and every layer is in the plan."""
    parser = ConfigParser()
    parser.read(REPOSITORY / ".importlinter")
    layers = parser["importlinter:contract:layers"]["layers"]
    listed = set(layers.replace("|", " ").replace("(", " ").replace(")", " ").split())
    assert listed - {"__main__"} == DOMAINS | TOOLKITS | SHELL
