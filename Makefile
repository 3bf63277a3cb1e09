# Everything a person does with this project, in one place. `make help` lists it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
EXTRACTS ?= sample_data
SIZE ?= 100k
ROWS ?= 1m
DATA ?= benchmark_data
export DLTHUB_TELEMETRY := false
export RUNTIME__DLTHUB_TELEMETRY := false

.PHONY: help setup run dev test check format docs bench bench-ingest bench-identity bench-accuracy bench-churn lock clean

help:  ## List these commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | awk -F'\t' '{printf "  make %-14s %s\n", $$1, $$2}'

setup: $(STAMP)  ## Create .venv from the hash-checked lock

# uv installs the lock in seconds where pip takes minutes; uv itself comes from the same hash-checked lock.
$(STAMP): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "make: $(PYTHON) not found. Install Python 3.11, or name another: make PYTHON=python3.12" >&2; exit 1; }
	@echo "Setting up $(VENV) (once, about a minute)"
	@$(PYTHON) -m venv $(VENV) || { echo "make: no venv module. On Debian: apt-get install python3-venv" >&2; exit 1; }
	@sed -n '/^uv==/,/^[^ ]*==/p' requirements.lock | sed '1!{/^[^ ]/d}' > $(VENV)/bootstrap.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r $(VENV)/bootstrap.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q customer360_pipeline
	@touch $@

run: setup  ## Run the whole pipeline on sample_data (or EXTRACTS=folder) and say what happened
	@$(if $(filter sample_data,$(EXTRACTS)),CUSTOMER360_EXTRACTS= $(BIN)/customer360 run --as-of 2026-11-01T00:00:00Z,$(BIN)/customer360 run --extracts $(EXTRACTS))

dev: setup  ## Dagster's UI, schedule and sensors, on http://127.0.0.1:3000
	@$(BIN)/dg dev --host 127.0.0.1 --port 3000

test: setup  ## Run the tests
	@$(BIN)/python -m pytest -n 2 --dist worksteal

check: setup  ## Lint, format check and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: setup  ## Apply the formatter and the safe lint fixes
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .

docs: setup  ## Write the generated pages of docs/ (tables, configuration, commands)
	@$(BIN)/python -m customer360_pipeline.docs

bench: setup  ## Measure speed and memory: make bench SIZE=100k|1m|5m
	@$(BIN)/python -m benchmarks.speed --size $(SIZE)

bench-ingest: setup  ## Measure ingest, file form by file form: make bench-ingest ROWS=300k|1m
	@$(BIN)/python -m benchmarks.ingest --rows $(ROWS)

bench-identity: setup  ## Measure identity resolution beside Splink 5: make bench-identity SIZE=100k|1m|5m
	@$(BIN)/python -m benchmarks.identity --size $(SIZE)

bench-churn: setup  ## Back-test the churn model on a generated history: make bench-churn
	@$(BIN)/python -m benchmarks.churn

bench-accuracy: setup  ## Measure matching on public data with known truth: make bench-accuracy DATA=folder
	@$(BIN)/python -m benchmarks.public.table --data $(DATA)

lock: setup  ## Renew requirements.lock from pyproject.toml
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --group dev pyproject.toml -o requirements.lock

clean:  ## Remove what was built here (not .venv, not data)
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis
