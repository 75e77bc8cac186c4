# The first `make ask` or `make test` sets everything up in .venv. `make help` lists what there is.

PYTHON ?= python3
# Address of a package index with CPU builds of torch; empty takes what pip finds by itself.
TORCH_INDEX ?=

TORCH := $(shell sed -n '/"torch==/{s/.*"\(torch==[^"]*\)".*/\1/p;q;}' pyproject.toml)
PIP := .venv/bin/python -m pip -qq --disable-pip-version-check --no-input
BOT := .venv/bin/merger-bot

# The question reaches the shell through the environment, as it was typed: neither make nor the shell reads anything in it.
QUESTION := $(value Q)
export QUESTION
unexport Q

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: ask benchmark clean evaluate help lint pictures question slack test update

help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo 'On a Linux server without a GPU, add TORCH_INDEX=<address of the CPU wheels, see pytorch.org/get-started> to the'
	@echo 'first command: it keeps several gigabytes of CUDA packages away. PYTHON=<command> chooses another Python.'

ask: question .venv/installed  ## Answer a question: make ask Q="What conditions come with the approval?"
	@$(BOT) ask -- "$$QUESTION"

question:
	@test -n "$$QUESTION" || { echo 'There is no question. Write one after Q=, like: make ask Q="What conditions come with the approval?"' >&2; exit 2; }

test: lint  ## Check style and types, then run the whole suite
	@echo 'Running the tests.' >&2
	@.venv/bin/pytest

lint: .venv/installed-for-tests  ## Check style (ruff) and types (mypy)
	@echo 'Checking style and types.' >&2
	@.venv/bin/ruff check --quiet .
	@.venv/bin/mypy

update: .venv/installed  ## Bring the index up to date with the documents, and publish it if the known pairs pass
	@$(BOT) index update

slack: .venv/installed  ## Answer in Slack; SLACK_BOT_TOKEN and the other settings come from the environment
	@$(BOT) slack

evaluate: .venv/installed  ## Ask the known question-and-answer pairs and count what is right
	@$(BOT) evaluate

benchmark: .venv/installed  ## Measure what building and answering cost on this machine
	@.venv/bin/python -m tests.benchmarks.cost

pictures: .venv/installed  ## Draw the README's pictures of Slack anew, with Chromium
	@.venv/bin/python -m tests.benchmarks.pictures

clean:  ## Remove .venv and everything that can be made again; documents and index in .merger-bot stay
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find bot index knowledge tests -name __pycache__ -prune -exec rm -rf {} +

.venv/bin/python:
	@command -v "$(PYTHON)" >/dev/null || { echo 'There is no command $(PYTHON). Install Python 3.11 or newer, or name one: PYTHON=/path/to/python3.11' >&2; exit 2; }
	@"$(PYTHON)" -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed, and $(PYTHON) is %d.%d. Name another: PYTHON=python3.11" % sys.version_info[:2])'
	@echo 'Making .venv with $(PYTHON).' >&2
	@"$(PYTHON)" -m venv .venv || { rm -rf .venv; exit 1; }

# torch on its own and first: another index may then be asked for it alone.
.venv/installed: pyproject.toml | .venv/bin/python
	@echo 'Installing $(TORCH) and the assistant into .venv: a few minutes, this once.' >&2
	@$(PIP) install $(if $(TORCH_INDEX),--index-url "$(TORCH_INDEX)") "$(TORCH)"
	@$(PIP) install --editable .
	@touch $@

.venv/installed-for-tests: .venv/installed
	@echo 'Installing what the tests need into .venv.' >&2
	@$(PIP) install --editable '.[test]'
	@touch $@
