# Everything a developer does, in one word each. `make` alone shows the list.

PYTHON ?= python3.11
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
BACKEND := $(BIN)/python -m backend
CHROMIUM := $(shell command -v chromium || command -v chromium-browser)
# Checks and tests never touch the data of `make run`.
IN_TEST := DJANGO_SETTINGS_MODULE=backend.config.settings.test
# For example: make test ARGS="tests/backend/core -x"
ARGS ?=

PYTHON_READY := $(VENV)/.ready
FRONTEND_READY := frontend/node_modules/.ready

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup build run test test-postgres check check-python check-frontend check-rest format messages bench lock

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(PYTHON_READY) $(FRONTEND_READY) ## Install what the project needs, in .venv and frontend/node_modules

$(PYTHON_READY): deployment/requirements-dev.lock
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed and $(PYTHON) was not found. Name another with: make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Installing the Python packages in $(VENV) (once, about a minute) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(FRONTEND_READY): frontend/package-lock.json frontend/package.json
	@command -v npm >/dev/null || { echo "Node 20 with npm is needed and was not found."; exit 1; }
	@echo "Installing the front end's packages in frontend/node_modules (once, under a minute) ..."
	@cd frontend && npm ci --silent --no-audit --no-fund
	@touch $@

build: setup
	@cd frontend && npm run --silent build
	@$(BACKEND) messages --compile

run: build ## Start the platform at http://localhost:8000 with example data (stop: Ctrl+C)
	@echo "Preparing the database and the example portals in the folder var/ (nothing you made is lost) ..."
	@$(BACKEND) migrate --verbosity 0
	@$(BACKEND) import-areas
	@$(BACKEND) demo
	@$(BACKEND) serve --port $(PORT)

test: build ## Run all tests on SQLite, those in a real browser too
ifeq ($(CHROMIUM),)
	@echo "chromium was not found, so the tests in a real browser are LEFT OUT. On Debian: apt-get install chromium"
	$(BIN)/pytest -m "not bench and not browser" $(ARGS)
	@echo "The tests in a real browser were LEFT OUT, because chromium was not found. On Debian: apt-get install chromium"
else
	$(BIN)/pytest $(ARGS)
endif

test-postgres: ## Run the same tests on PostgreSQL and Redis (MEEBESLISSEN_DATABASE_URL, MEEBESLISSEN_REDIS_URL)
	@test -n "$$MEEBESLISSEN_DATABASE_URL" && test -n "$$MEEBESLISSEN_REDIS_URL" || { \
	  echo "Say which services to use, for example:"; \
	  echo "  make test-postgres MEEBESLISSEN_DATABASE_URL=postgres://postgres@127.0.0.1/meebeslissen MEEBESLISSEN_REDIS_URL=redis://127.0.0.1:6379/9"; \
	  exit 1; }
	@$(MAKE) --no-print-directory test

check: check-python check-frontend check-rest ## Check form, types, layers, templates, translations and migrations
	@echo "All checks passed."

check-python: setup
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports

check-frontend: setup
	$(BIN)/djlint frontend/templates --check --lint --quiet
	cd frontend && npm run --silent check

check-rest: setup
	$(IN_TEST) $(BACKEND) messages --check
	$(IN_TEST) $(BACKEND) makemigrations --check --dry-run

format: setup ## Put code and templates in form
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format --quiet .
	$(BIN)/djlint frontend/templates --reformat --quiet

messages: setup ## Gather the texts to translate into backend/locale, and compile the translations
	$(IN_TEST) $(BACKEND) messages

bench: build ## Measure speed on PostgreSQL and print a table (takes minutes)
	$(BIN)/python -m tests.bench $(ARGS)

# uv is needed for this alone. It is no part of the project: install it as you like.
LOCK := uv pip compile pyproject.toml --quiet --generate-hashes --universal --python-version 3.11 \
	--no-emit-index-url --no-header --no-annotate

lock: ## Renew the two lock files after a change in pyproject.toml (needs uv)
	@command -v uv >/dev/null || { echo "uv was not found. It is needed to renew the lock files, and for nothing else."; exit 1; }
	$(LOCK) --output-file deployment/requirements.lock
	$(LOCK) --group dev --output-file deployment/requirements-dev.lock
