#!/bin/sh
# Every check that reads the code without running it; all of them, then the verdict.
set -u
cd "$(dirname "$0")/.."

verdict=0

check() {
    name=$1
    shift
    if said=$("$@" 2>&1); then
        printf 'ok    %s\n' "$name"
    else
        printf 'FAIL  %s\n%s\n' "$name" "$said"
        verdict=1
    fi
}

check "rules (ruff)" .venv/bin/ruff check --quiet --output-format concise .
check "format (ruff)" .venv/bin/ruff format --quiet --check --output-format concise .
check "borders (import-linter)" .venv/bin/lint-imports --no-logo
check "spelling (codespell)" .venv/bin/codespell
.venv/bin/python -m tools.lints || verdict=1
exit $verdict
