"""Whatever a person can meet is written down, and whatever is written down exists."""

import re
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

import strongroom
from strongroom.access import GRANTS
from strongroom.claims import bundled_profiles, load_profile
from strongroom.server.labs import all_proofs
from strongroom.server.problem_pages import problem_types
from tools.house import DOMAINS, TOOLKITS
from tools.reference import actions, cli, settings
from tools.reference.house import faces
from tools.reference.routes import routes_of


REPOSITORY = Path(__file__).parents[2]
DOCS = REPOSITORY / "docs"
REFERENCE = DOCS / "reference"
SOURCE = Path(strongroom.__file__).parent

PAGES = [REPOSITORY / "README.md", *sorted(DOCS.glob("**/*.md"))]
DECISIONS = sorted((DOCS / "decisions").glob("[0-9]*.md"))

LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
SYMBOL = re.compile(r"`(strongroom(?:\.\w+)+)(?:\(\))?`")
VARIABLE = re.compile(r'"(STRONGROOM_[A-Z_]+|DATABASE_URL)"')

FILES = frozenset({"strongroom.log", "strongroom.toml"})
"""Dotted like a name, and the name of a file."""

HEADINGS = ["Context", "Decision", "Consequences", "Alternatives", "References"]


def read(name: str) -> str:
    """Return a page of the reference."""
    return (REFERENCE / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("group", settings.groups(), ids=lambda group: group.section)
def test_every_setting_is_documented(group: settings.Group) -> None:
    """Each field of a settings class has a sentence, and a row on the page."""
    page = read("settings.md")
    for field in group.fields:
        assert field.meaning.endswith("."), field.name
        assert f"| `{field.name}` |" in page


def test_every_variable_is_documented() -> None:
    """No part of the product reads a variable that the page does not have."""
    sources = [path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py")]
    used = {name for text in sources for name in VARIABLE.findall(text)}
    assert used
    assert {name for name in used if f"`{name}`" not in read("settings.md")} == set()


def test_every_problem_type_is_documented() -> None:
    """Each code has a row, and a sentence that says more than its title."""
    page = read("errors.md")
    for problem in problem_types().values():
        assert f"| `{problem.code}` | {problem.status} |" in page
        assert problem.meaning.endswith("."), problem.code


def test_every_action_is_documented() -> None:
    """Each action of the policy, and each that is recorded, has a row."""
    page = read("events.md")
    for action in {*GRANTS, *actions.recorded(), *actions.edge_actions()}:
        assert f"| `{action}` |" in page


def test_every_command_is_documented() -> None:
    """Each command has its help on the page."""
    page = read("cli.md")
    for command in cli.commands():
        assert f"## `{command}`\n" in page


def test_every_package_has_a_concept_page() -> None:
    """Each domain and toolkit is explained on one page, which names it."""
    explained: list[str] = []
    for page in (DOCS / "concepts").glob("*.md"):
        text = page.read_text(encoding="utf-8")
        for packages in re.findall(r"^Packages: (.*)\.$", text, re.MULTILINE):
            explained += re.findall(r"`(\w+)`", packages)
    assert sorted(explained) == sorted(DOMAINS | TOOLKITS | {"middleware"})


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(REPOSITORY)))
def test_every_symbol_exists(page: Path) -> None:
    """A dotted name of ours is a module, something in one, or something in SQL."""
    text = page.read_text(encoding="utf-8")
    named = set(SYMBOL.findall(text))
    assert [name for name in sorted(named) if not exists(name)] == []


def test_the_request_journey_names_its_stations() -> None:
    """The walk is told by names, so that the test above keeps it true."""
    journey = (DOCS / "security/request-journey.md").read_text(encoding="utf-8")
    assert len(set(SYMBOL.findall(journey))) > 25


def test_a_symbol_that_is_gone_is_found() -> None:
    """A name that nothing has does not pass, nor does a part of one."""
    assert exists("strongroom.middleware.Edge.refusal")
    assert exists("strongroom.isolate")
    assert not exists("strongroom.middleware.Edge.refuses")
    assert not exists("strongroom.middlewares")


def exists(name: str) -> bool:
    """Say whether *name* is something in Python, in the schema's SQL, or a file."""
    return name in FILES or _is_in_sql(name) or _is_in_python(name.split("."))


def _is_in_sql(name: str) -> bool:
    statements = (SOURCE / "db/migrations").glob("*.sql")
    made = rf"(create (or replace )?(table|function) |'){re.escape(name)}\b"
    return any(re.search(made, path.read_text("utf-8")) for path in statements)


def _is_in_python(parts: list[str]) -> bool:
    for length in range(len(parts), 0, -1):
        try:
            found = import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        return _has(found, parts[length:])
    return False


def _has(thing: object, names: list[str]) -> bool:
    for name in names:
        if name in getattr(thing, "__annotations__", {}):
            return True  # A field without a default is on no class.
        if not hasattr(thing, name):
            return False
        thing = getattr(thing, name)
    return True


def test_every_page_can_be_reached() -> None:
    """Whoever starts at the index and follows links sees every page."""
    seen, ahead = set[Path](), [DOCS / "index.md"]
    while ahead:
        page = ahead.pop()
        if page not in seen:
            seen.add(page)
            ahead += [page.parent / link for link in links_of(page)]
        ahead = [each.resolve() for each in ahead if each.suffix == ".md"]
    hidden = [page for page in PAGES if page not in seen and page.parent != REPOSITORY]
    assert hidden == []


def links_of(page: Path) -> list[str]:
    """Return where *page* leads, as far as that is a file here."""
    if not page.exists():
        return []
    links = LINK.findall(page.read_text(encoding="utf-8"))
    return [link for link in links if not re.match(r"[a-z]+:", link)]


def test_decisions_are_numbered_without_a_gap() -> None:
    """A number that is quoted in the source keeps its meaning."""
    numbers = [int(page.name[:4]) for page in DECISIONS]
    assert numbers == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_a_decision_is_one_page_of_five_parts(page: Path) -> None:
    """Each says what was decided, why, at what price, and instead of what."""
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == HEADINGS
    assert len(text.splitlines()) <= 75


def test_decisions_that_the_source_names_exist() -> None:
    """A comment that points at a decision points at a page."""
    texts = [path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py")]
    named = {n for text in texts for n in re.findall(r"docs/decisions/(\d{4})", text)}
    assert named <= {page.name[:4] for page in DECISIONS}


def test_the_changelog_knows_the_version() -> None:
    """What is packaged has an entry, and security comes first in it."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    text = (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")
    entry = text.partition(f"## {project['project']['version']}")[2]
    assert re.findall(r"^### (\w+)", entry, re.MULTILINE)[0] == "Security"


def test_the_readme_is_short() -> None:
    """A reader who has two minutes reads all of it."""
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 120


@pytest.mark.parametrize("name", bundled_profiles())
def test_the_readme_counts_rightly(name: str) -> None:
    """How many sentences a page has, and how many a proof stands behind."""
    claims, proofs = load_profile(name).claims.values(), all_proofs()
    bound = [claim for claim in claims if claim.has_proof and claim.id in proofs]
    row = f"| `{name}` | {len(claims)} | {len(bound)} |"
    assert row in (REPOSITORY / "README.md").read_text(encoding="utf-8")


def test_every_problem_type_has_an_address() -> None:
    """The house mounts the pages that the ``type`` of a refusal leads to."""
    assert "/problems/{code}" in {route.path for route in routes_of(faces())}
