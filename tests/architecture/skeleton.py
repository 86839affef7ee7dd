"""A small house with the real plan, for planting breaches in.

Every package and every file name exists and imports what it rightly may, so a
contract that breaks here breaks because of the one line that a test planted.
"""

from pathlib import Path

from tools.house import ANATOMY, DOMAINS, ROOT, SHELL, TOOLKITS


RIGHTFUL = {
    "__init__": "from .service import *\n",
    "manifest": "from . import api, commands, pages, personal_data, proofs, tasks\n",
    "api": f"import litestar\nfrom {ROOT}.web import problem\nfrom . import service\n",
    "pages": f"from {ROOT}.web import problem\nfrom . import service\n",
    "commands": "import click\nfrom . import service\n",
    "service": f"import {ROOT}.db\nfrom . import policy, settings, store\n",
    "store": f"import {ROOT}.db\nfrom . import errors, models\n",
    "policy": f"import {ROOT}.crypto\nfrom . import events\n",
    "models": f"import {ROOT}.kernel\n",
}
"""What each file of a domain may import; the rest import nothing."""


def build(folder: Path) -> Path:
    """Write the skeleton under *folder* and return the house's root package."""
    root = folder / ROOT
    for package in DOMAINS | TOOLKITS | (SHELL - {"room"}):
        write(root / package / "__init__.py", "")
    for domain in DOMAINS:
        for name in ANATOMY:
            write(root / domain / f"{name}.py", RIGHTFUL.get(name, ""))
    faces = "".join(f"import {ROOT}.{domain}\n" for domain in sorted(DOMAINS))
    manifests = faces.replace("\n", ".manifest\n")
    write(root / "__init__.py", "")
    write(root / "room.py", faces)
    write(root / "server" / "domains.py", manifests)
    write(root / "server" / "app.py", f"import litestar\nimport {ROOT}.room\n")
    write(root / "web" / "forms.py", "import html\n")
    write(root / "web" / "problem.py", "import jinja2\nimport starlette\n")
    write(root / "middleware" / "edge.py", f"import {ROOT}.web\n")
    write(root / "cli" / "main.py", f"import click\nimport {ROOT}.server\n")
    return root


def write(file: Path, text: str) -> None:
    """Write *text*, making the folders on the way."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
