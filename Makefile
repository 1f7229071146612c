# Each target does its own set-up (scripts/setup.sh), which is quick the second time.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON_BIN := .venv/bin/python
NODE_BIN := .venv/bin/node
ARGS ?=
PYTEST := $(PYTHON_BIN) -m pytest -n $(shell expr $$(nproc) + 2) --maxprocesses 4 --dist loadfile --no-loadscope-reorder

# Files of tests and benchmarks stay in build/, not in the home folder or /tmp.
QUARTERS := mkdir -p build/home build/tmp && HOME=$(CURDIR)/build/home TMPDIR=$(CURDIR)/build/tmp

.PHONY: help run test coverage check format api bundle soak screenshots bench clean
help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## set up what is missing and open the page on 127.0.0.1:7860 (ARGS="--port 8000" for more)
	@scripts/setup.sh run
	@exec $(PYTHON_BIN) app.py $(ARGS)

test: check ## check, then every test (ARGS="tests/unit -x" for some)
	@$(NODE_BIN) --test --test-concurrency=4 --test-force-exit --test-timeout=30000 tests/frontend/*.test.js
	@$(QUARTERS) PYTHONDONTWRITEBYTECODE= $(PYTEST) $(ARGS) # each module is compiled once

coverage: ## the lines that no test of Python reaches; takes 1.5 times as long as the tests alone (ARGS="tests/unit" for some)
	@scripts/setup.sh test
	@$(QUARTERS) $(PYTEST) $(ARGS) --cov

check: ## lint, format and types, of Python and of the page's scripts; and whether their bundle is current
	@scripts/setup.sh test
	@$(PYTHON_BIN) -m ruff check .
	@$(PYTHON_BIN) -m ruff format --check .
	@find rh_ui -name '*.pyi' -delete # Gradio writes them, and mypy would read them in place of the modules
	@$(PYTHON_BIN) -m mypy
	@$(NODE_BIN) node_modules/eslint/bin/eslint.js .
	@$(NODE_BIN) node_modules/typescript/bin/tsc --project tsconfig.json
	@$(PYTHON_BIN) -m scripts.api_types --check
	@$(NODE_BIN) scripts/vendor.js --check
	@$(NODE_BIN) scripts/bundle.js --check

format: ## put the code in its format and mend what can be mended by itself
	@scripts/setup.sh test
	@$(PYTHON_BIN) -m ruff check --fix .
	@$(PYTHON_BIN) -m ruff format .
	@$(NODE_BIN) node_modules/eslint/bin/eslint.js --fix .

api: ## make the script's types of the API, assets/js/core/api_types.d.ts, from what the server says of it
	@scripts/setup.sh test
	@$(PYTHON_BIN) -m scripts.api_types

bundle: ## make assets/bundle, which the page loads, from assets/js
	@scripts/setup.sh test
	@$(NODE_BIN) scripts/vendor.js
	@$(NODE_BIN) scripts/bundle.js

soak: ## kill the program in every phase, 50 rounds on SQLite and 20 on PostgreSQL, and count what was paid; then mutants
	@scripts/setup.sh test
	@$(QUARTERS) $(PYTHON_BIN) -m tests.integration.engine.soak $(ARGS)
	@$(QUARTERS) $(PYTHON_BIN) -m scripts.mutants scripts/mutants.toml

screenshots: ## pictures of the page in build/screenshots (ARGS="--readme" renews docs/screenshot.png)
	@scripts/setup.sh test
	@$(QUARTERS) $(PYTHON_BIN) -m scripts.screenshots $(ARGS)

bench: ## measure page, files and engine beside references (ARGS="engine" for some, "workflow" beside a library)
	@scripts/setup.sh test
	@$(QUARTERS) $(PYTHON_BIN) -m bench $(ARGS)

clean: ## remove .venv, build and caches; data stays
	rm -rf .venv node_modules build .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .coverage.* htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
