# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
#
# make try      a plant waters itself on a virtual board
# make test     the tests (make test-long: those that take longer)
# make bench    the numbers of docs/benchmarks.md
# make drawings hardware/schematics/ and the READMEs' tables anew, for every recipe and board
# make lint     ruff          make wheel    dist/potluck-*.whl          make clean
#
# PYTHON=python3.12 chooses the interpreter. The environment is .venv; once its stamp is there,
# no command below asks pip anything. README.md has the same without make.

RECIPE ?= plant-waterer
ARGS ?=
# Most tests wait for a board now and then: two at a time take half as long.
SIDE_BY_SIDE ?= -n 2 --dist loadfile
# The first Python that is new enough; python3 if there is none, so that the message names it.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && exit; \
	done; echo python3)

VENV := .venv
BIN := $(VENV)/bin
# The clone's path is in the name: an environment does not survive being moved.
HERE := $(shell pwd | cksum | cut -d ' ' -f 1)
STAMP := $(VENV)/.ready-$(HERE)
STAMP_TEST := $(VENV)/.ready-test-$(HERE)
STAMP_DEV := $(VENV)/.ready-dev-$(HERE)
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
WHAT_MATTERS := pyproject.toml host/build_hook.py host/potluck/virtual/engine_build.py

.PHONY: help try test test-long bench drawings lint wheel clean
.DELETE_ON_ERROR:

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

try: $(STAMP)
	@$(BIN)/potluck try $(RECIPE) $(ARGS)

test: $(STAMP_TEST)
	@$(BIN)/python -m pytest -q $(SIDE_BY_SIDE) $(ARGS)

test-long: $(STAMP_TEST)
	@$(BIN)/python -m pytest -q -m long $(SIDE_BY_SIDE) $(ARGS)

bench: $(STAMP_TEST)
	@$(BIN)/python -m bench $(ARGS)

# The tests compare what is drawn and write the tables, so what they need is installed too.
drawings: $(STAMP_TEST)
	@rm -rf hardware/schematics
	@for recipe in projects/*/; do $(BIN)/potluck draw "$$recipe" --out hardware/schematics || exit 1; done
	@POTLUCK_REWRITE=1 $(BIN)/python -m pytest -q tests/journeys/test_readmes.py

lint: $(STAMP_DEV)
	@$(BIN)/ruff check .

wheel: $(STAMP)
	@$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .
	@ls dist/potluck-*.whl

clean:
	rm -rf $(VENV) build dist .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMP): $(WHAT_MATTERS)
	@sh host/check_python.sh "$(PYTHON)"
	@echo "setting up $(VENV) (once; about a minute and 60 MB on a first run) …"
	@"$(PYTHON)" -m venv --clear $(VENV)
	@$(PIP) --editable .
	@touch $@

$(STAMP_TEST): $(STAMP)
	@echo "adding what the tests need …"
	@$(PIP) --editable '.[test]'
	@touch $@

$(STAMP_DEV): $(STAMP)
	@$(PIP) --editable '.[dev]'
	@touch $@
