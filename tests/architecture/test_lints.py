"""The house lints hold on the tree, find what they must and accept what they may."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from tools.house import AREAS
from tools.lints import LINTS, Lint, Report, Sample, Source, check_source, check_tree


REPOSITORY = Path(__file__).parents[2]


def samples(kind: str) -> list[ParameterSet]:
    """Return every sample of a kind with its lint, named by lint and number."""
    return [
        pytest.param(lint, sample, id=f"{lint.name} {number}")
        for lint in LINTS
        for number, sample in enumerate(getattr(lint, kind), 1)
    ]


@pytest.fixture(scope="module")
def report() -> Report:
    """Return what the lints say about this very tree."""
    return check_tree(REPOSITORY, [a for a in AREAS if (REPOSITORY / a).is_dir()])


def test_the_tree_is_clean(report: Report) -> None:
    """No file breaks a house rule, and no escape lacks its reason or its need."""
    assert report.sources
    assert [str(finding) for finding in report.findings] == []


@pytest.mark.parametrize(("lint", "sample"), samples("good"))
def test_a_good_sample_passes(lint: Lint, sample: Sample) -> None:
    """What a lint must accept, it accepts."""
    assert [*check_source(Source.parse(sample.path, sample.text), [lint])] == []


@pytest.mark.parametrize(("lint", "sample"), samples("bad"))
def test_a_bad_sample_is_found(lint: Lint, sample: Sample) -> None:
    """What a lint must find, it finds, under its own name."""
    found = [*check_source(Source.parse(sample.path, sample.text), [lint])]
    assert {finding.lint for finding in found} == {lint.name}


@pytest.mark.parametrize("lint", LINTS, ids=lambda lint: lint.name)
def test_every_lint_has_samples_of_both_kinds(lint: Lint) -> None:
    """A lint without a bad sample could be blind, one without a good one deaf."""
    assert lint.good
    assert lint.bad
    assert {sample.path.split("/")[0] for sample in lint.bad} <= lint.areas


PRINTING = "src/strongroom/audit/service.py"


def escaped(comment: str, code: str = "print(1)") -> list[str]:
    """Return what is found in a printing line with *comment* beside it."""
    source = Source.parse(PRINTING, f"{code}  # {comment}\n")
    return [f"{finding.lint}: {finding.what}" for finding in check_source(source)]


def test_an_escape_with_a_reason_excuses() -> None:
    """A line that breaks a rule for a stated reason passes."""
    assert escaped("lint: prints, because this is the last word") == []


def test_an_escape_above_the_line_excuses() -> None:
    """The comment may stand on the line before."""
    text = "# lint: prints, because this is the last word\nprint(1)\n"
    assert [*check_source(Source.parse(PRINTING, text))] == []


def test_an_escape_without_a_reason_is_found() -> None:
    """An excuse must say why."""
    found = escaped("lint: prints")
    assert any("needs a reason" in what for what in found)


def test_an_escape_for_another_lint_does_not_excuse() -> None:
    """An excuse counts for the rule that it names, and is found to be useless."""
    found = escaped("lint: asserts, because I like it")
    assert any(what.startswith("prints") for what in found)
    assert any("nothing here needs" in what for what in found)


def test_an_escape_that_excuses_nothing_is_found() -> None:
    """An excuse that outlived its line is taken away."""
    found = escaped("lint: prints, because it printed once", "pass")
    assert any("nothing here needs" in what for what in found)


def test_an_escape_in_a_string_is_no_escape() -> None:
    """Only a comment excuses; text that looks like one does not."""
    text = "print('# lint: prints, because it is text')\n"
    found = [*check_source(Source.parse(PRINTING, text))]
    assert [finding.lint for finding in found] == ["prints"]


def test_escapes_are_counted(report: Report) -> None:
    """Every escape in the tree is listed with its reason, for all to see."""
    assert all(escape.reason for _, escape in report.escapes)


def run_lints(folder: Path, *areas: str) -> subprocess.CompletedProcess[str]:
    """Run the lints as `make lint` does, over *folder*."""
    return subprocess.run(
        [sys.executable, "-m", "tools.lints", *areas],
        cwd=folder,
        env={"PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_runner_fails_on_a_breach_and_names_it(tmp_path: Path) -> None:
    """A breach is printed with its place, and the exit status says so."""
    file = tmp_path / PRINTING
    file.parent.mkdir(parents=True)
    file.write_text('"""A house of one file."""\n', encoding="utf-8")
    assert run_lints(tmp_path).returncode == 0
    file.write_text("print(1)  # lint: sizes, because it is short\n", encoding="utf-8")
    said = run_lints(tmp_path)
    assert said.returncode == 1
    assert f"{PRINTING}:1: prints: " in said.stdout
    assert f"escape: {PRINTING}:1 sizes: it is short" in said.stdout
    assert "2 findings, 1 escapes: 1 files" in said.stdout


def test_the_runner_refuses_a_missing_folder(tmp_path: Path) -> None:
    """Checking nothing is not a success."""
    assert run_lints(tmp_path).returncode == 2
    said = run_lints(tmp_path, "src")
    assert said.returncode == 2
    assert said.stdout == "no such folder here: src\n"


def test_every_rule_that_is_off_says_why() -> None:
    """Ruff's ignores, everywhere and per file, each carry a reason."""
    settings = (REPOSITORY / "ruff.toml").read_text(encoding="utf-8")
    ignores = re.findall(r'^  "[A-Z]+\d*",(.*)$', settings, re.MULTILINE)
    assert ignores
    assert [why for why in ignores if not re.fullmatch(r" +# \S.*[.:]", why)] == []
