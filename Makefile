# Lodestar: `make` lists what there is. Needs Python 3.11 or newer and nothing else;
# `make test-postgres` needs Debian's postgresql, the browser story Debian's chromium.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
PORT ?= 8000
# 1: the server starts again when a source file changes, and takes a second or two longer to come up
RELOAD ?= 0
JOBS ?= 2
# Extra words for pytest: make test ARGS="tests/quizzes -x"
ARGS ?=

BIN := .venv/bin
RUN_READY := .venv/.installed-run
DEV_READY := .venv/.installed-dev
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po))
DEVELOP := DEBUG=1 $(BIN)/python
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes
PYTEST := $(BIN)/python -m pytest -n $(JOBS)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test test-postgres lint format demo screenshots bench bench-quizzes bench-certifications lock messages clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(RUN_READY) $(CATALOGUES) ## Serve http://localhost:8000 with the demo (PORT=, DATABASE_URL=, RELOAD=1)
	@PORT=$(PORT) RELOAD=$(RELOAD) $(DEVELOP) scripts/run.py

test: $(DEV_READY) $(CATALOGUES) ## Run every test on SQLite, the browser story too where Chromium is (JOBS=, ARGS=)
	env -u DATABASE_URL $(PYTEST) $(ARGS)

test-postgres: $(DEV_READY) $(CATALOGUES) ## Run the tests on a throw-away PostgreSQL, or on DATABASE_URL
	scripts/with-postgres.sh $(PYTEST) -m "not browser" $(ARGS)

lint: $(DEV_READY) $(CATALOGUES) ## Check style, templates, migrations, locks and production settings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --output-format concise .
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/python scripts/check_locks.py
	$(DEVELOP) manage.py makemigrations --check --dry-run
	scripts/check-production.sh $(BIN)/python

format: $(DEV_READY) ## Put the Python files in shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

demo: $(RUN_READY) $(CATALOGUES) ## Empty the database of make run and load the demo afresh (ARGS=--force where other people are)
	$(DEVELOP) scripts/run.py --reset $(ARGS)

screenshots: $(DEV_READY) $(CATALOGUES) ## Photograph each kind of page into var/screenshots/
	$(DEVELOP) scripts/screenshots.py $(ARGS)

bench: $(RUN_READY) $(CATALOGUES) ## Measure a training day of 10,000 people on a throw-away PostgreSQL (ARGS="--people 100000")
	scripts/with-postgres.sh --durable $(BIN)/python bench/training_day.py $(or $(ARGS),--people 10000)

bench-quizzes: $(RUN_READY) $(CATALOGUES) ## Measure the quizzes on a throw-away PostgreSQL (ARGS="--attempts 50000")
	scripts/with-postgres.sh --durable $(BIN)/python bench/quizzes.py $(or $(ARGS),--attempts 5000)

bench-certifications: $(RUN_READY) $(CATALOGUES) ## Measure certifications and the sweep with 100,000 people (ARGS="--people 1000 2000")
	scripts/with-postgres.sh --durable $(BIN)/python bench/certifications.py $(ARGS)

lock: $(DEV_READY) ## Resolve pyproject.toml into the two hash-locked requirement files
	$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --python-version 3.11 \
		pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --python-version 3.11 \
		--extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt

messages: $(DEV_READY) ## Collect the texts to translate into locale/ (needs gettext)
	$(DEVELOP) manage.py makemessages --locale en --locale ar --locale ka --no-wrap --add-location file \
		--ignore .venv --ignore var --ignore tests --ignore scripts --ignore bench

clean: ## Remove the virtual environment and everything in var/
	rm -rf .venv var $(CATALOGUES)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Lodestar needs Python 3.11 or newer: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }

# Both files are complete, so pip need not resolve (--no-deps), and every file is checked against its hash.
$(RUN_READY): requirements.txt | $(BIN)/python
	@echo "Installing what Lodestar needs into .venv: this takes a minute, once."
	@$(INSTALL) -r requirements.txt
	@touch $@

$(DEV_READY): requirements-dev.txt | $(BIN)/python
	@echo "Installing the tools of development into .venv: this takes a minute, once."
	@$(INSTALL) -r requirements-dev.txt
	@touch $@ $(RUN_READY)

%.mo: %.po | $(RUN_READY)
	@$(BIN)/pybabel --quiet compile -i $< -o $@
