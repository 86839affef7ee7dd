"""The words of the Makefile explain themselves, and lead to what exists."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest


REPOSITORY = Path(__file__).parents[2]
MAKEFILE = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
RULES = dict(re.findall(r"^([a-z]+):.*\n((?:\t.*\n)*)", MAKEFILE, re.MULTILINE))
MOST_WORDS = 14


def test_every_word_is_one_explained_line() -> None:
    """Each target has a sentence of help and a recipe of one line."""
    help_lines = re.findall(r"^([a-z]+):.*## \S.*$", MAKEFILE, re.MULTILINE)
    assert set(help_lines) == set(RULES)
    assert len(RULES) <= MOST_WORDS
    assert [word for word, recipe in RULES.items() if recipe.count("\n") != 1] == []


def test_help_lists_every_word() -> None:
    """`make` alone says what there is."""
    said = subprocess.run(
        ["make", "--no-print-directory"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    assert {line.split()[1] for line in said.stdout.splitlines()} == set(RULES)


@pytest.mark.parametrize("word", sorted(RULES))
def test_a_word_leads_to_what_exists(word: str) -> None:
    """Each script, module and folder that a recipe names is in the repository."""
    recipe = RULES[word]
    paths = re.findall(r"\b(?:tools|tests|docs)(?:/[\w.]+)*", recipe)
    modules = re.findall(r"python -m ([\w.]+)", recipe)
    paths += [module.replace(".", "/") + "/__main__.py" for module in modules]
    assert [path for path in paths if not (REPOSITORY / path).exists()] == []


@pytest.mark.parametrize("script", ["tools/setup.sh", "tools/lint.sh", ".ci/run"])
def test_scripts_can_be_run(script: str) -> None:
    """Each script is executable and parses as plain sh."""
    file = REPOSITORY / script
    assert os.access(file, os.X_OK)
    subprocess.run(["sh", "-n", file], check=True)


OLD = 'case "$1" in -V) echo "Python 3.10.4" ;; *) exit 1 ;; esac'
BARE = 'case "$*" in -V) echo "Python 3.11.4" ;; *ensurepip*) exit 1 ;; esac'


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param(OLD, "Python 3.10.4 is too old; Python 3.11", id="too old"),
        pytest.param(BARE, "apt-get install python3-venv", id="without venv"),
        pytest.param("exit 3", "does not run", id="broken"),
        pytest.param(None, "install Python 3.11 or newer", id="missing"),
    ],
)
def test_an_unfit_python_is_refused(
    body: str | None, words: str, tmp_path: Path
) -> None:
    """Set-up answers an unfit Python in one line that says what to do."""
    python = tmp_path / "python3"
    if body is not None:
        python.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        python.chmod(0o755)
    script = tmp_path / "clone" / "tools" / "setup.sh"
    script.parent.mkdir(parents=True)
    shutil.copy(REPOSITORY / "tools" / "setup.sh", script)
    said = subprocess.run(
        [script],
        env={**os.environ, "PYTHON": str(python)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 1
    assert said.stdout == ""
    assert len(said.stderr.splitlines()) == 1
    assert words in said.stderr
