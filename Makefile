# Everything a person does here, by one word. What takes more than a line is in tools/.
# Pass arguments on: make up ARGS="--port 9000", make test ARGS="-k sessions".
.DEFAULT_GOAL := help
.PHONY: help setup up demo test check fmt lint types proofs bench docs clean

PYTHON ?= python3
ARGS ?=
BIN := .venv/bin

export PYTHON
# What starts as often as servers and commands do here is compiled once, whatever the
# environment prefers: a start takes half the time then.
unexport PYTHONDONTWRITEBYTECODE

help: ## Say what each word does
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

setup: .venv/.synced ## Prepare .venv and a browser (the other words do this first)
	@:

up: setup ## Start Strongroom and keep it running
	@exec $(BIN)/strongroom up $(ARGS)

demo: setup ## Start the example app that Strongroom guards
	@exec $(BIN)/python -m examples.notes $(ARGS)

test: lint types ## Run every check and every test, sabotages included
	@$(BIN)/pytest --numprocesses auto --dist loadfile --no-loadscope-reorder $(ARGS)

check: lint types ## Run what needs no database, within a minute
	@$(BIN)/pytest tests/architecture $(ARGS)

fmt: setup ## Format the code and mend what can be mended by a machine
	@$(BIN)/ruff check --quiet --fix-only . && $(BIN)/ruff format .

lint: setup ## Check style, borders, house rules and spelling
	@tools/lint.sh

types: setup ## Check types, strictly, everywhere
	@$(BIN)/mypy

proofs: setup ## Run each proof as built, and again with its control broken
	@$(BIN)/pytest tests/proofs $(ARGS)

bench: setup ## Measure against the alternatives and draw the result
	@$(BIN)/python -m bench $(ARGS)

docs: setup ## Check the links, the words and the completeness of the docs
	@$(BIN)/codespell *.md docs && $(BIN)/pytest tests/architecture/test_docs.py $(ARGS)

clean: ## Remove .venv and every cache; data folders stay
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache dist

.venv/.synced: uv.lock pyproject.toml tools/setup.sh
	@tools/setup.sh
