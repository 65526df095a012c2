# One line a target, in `make help`'s words: the text after `##`.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
STAMP  := $(VENV)/.installed

# Empty, or 1: serve with a local certificate, so that phones can open the app.
TLS ?=
export TLS

# Empty, or 1: with a stand-in for a vendor's cloud, and a location that is reached through it.
CLOUD ?=
export CLOUD

# Hundreds of processes start while the tests run: what one has compiled, the others read.
PYTHONDONTWRITEBYTECODE :=
export PYTHONDONTWRITEBYTECODE

# What `make deploy` hands on.
ARGS ?= --help

# Test processes at once: two a core, for half of the time they wait for what they started. Files come in their order, so
# that those that take long (browser, contracts, e2e) are not left to the end.
JOBS ?= $(shell echo $$((2 * $$(nproc))))

PIP_COMPILE := CUSTOM_COMPILE_COMMAND="make lock" $(VENV)/bin/pip-compile --quiet --generate-hashes \
	--allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

.PHONY: help setup run doctor test check bench smoke fuzz soak openapi docs deploy lock clean

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP)  ## Create .venv and install the locked packages (only when a lock file changed)

$(STAMP): requirements/dev.txt web/package-lock.json
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Kilowait needs Python 3.11 or later")'
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@echo "installing the locked packages into $(VENV): a minute or two without a word"
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@requirements/web.sh $(VENV)
	@touch $@

run: $(STAMP)  ## Run the whole system here, with a demo location (TLS=1: local certificate, for phones; CLOUD=1: a vendor's cloud, too)
	@$(PY) -m standalone

doctor: $(STAMP)  ## Say what is wrong here, and what to do about it
	@$(PY) -m standalone.doctor

smoke: $(STAMP)  ## Start it, wait for one finished charging session, stop it
	@$(PY) -m standalone --smoke

test: check  ## Prove it: everything in `make check`, then all tests but the long ones
	@requirements/system.sh
	@$(PY) -m pytest --numprocesses $(JOBS) --dist loadfile --no-loadscope-reorder

check: $(STAMP)  ## Style, types, layers, and whether the generated pages are up to date
	@$(VENV)/bin/ruff check
	@$(VENV)/bin/ruff format --check
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports --no-logo
	@$(PY) -m docs.generate --check

bench: $(STAMP)  ## Measure against the budgets of the design; exits 1 beyond one
	@$(PY) -m tests.bench

fuzz: $(STAMP)  ## The long searches: many more examples of every property, every role on every operation
	@HYPOTHESIS_PROFILE=fuzz $(PY) -m pytest -m "fuzz or hypothesis" --timeout 3600

soak: $(STAMP)  ## Charge for SOAK_S seconds (1200) on bad lines while API and bridge are killed; then check the books
	@$(PY) -m tests.soak

docs: $(STAMP)  ## Write the generated pages anew
	@$(PY) -m docs.generate

openapi: $(STAMP)  ## Write the OpenAPI file anew
	@$(PY) -m docs.generate openapi

deploy:  ## Print how to deploy to Google Cloud (ARGS="--project P --region R --bridge ID"; add --run to do it)
	@$(PYTHON) -m deploy $(ARGS)

lock: $(STAMP)  ## Lock the newest allowed versions of requirements/*.in, with hashes
	@$(PIP_COMPILE) --upgrade --output-file requirements.txt requirements/app.in
	@$(PIP_COMPILE) --upgrade --output-file requirements/bridge.txt requirements/bridge.in
	@$(PIP_COMPILE) --upgrade --output-file requirements/simulator.txt requirements/simulator.in
	@$(PIP_COMPILE) --upgrade --output-file requirements/dev.txt requirements/dev.in
	@$(PIP_COMPILE) --upgrade --output-file requirements/node.txt requirements/node.in

clean:  ## Remove what the tools made (.venv and caches); data stays
	@rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
