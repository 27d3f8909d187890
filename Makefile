# The commands of Frontdesk. `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PORT ?= 8000
HOST ?= 127.0.0.1
VENV := .venv
PY := $(VENV)/bin/python
# The first Python that is new enough; PYTHON=... chooses another.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)
TEST_DATABASE_URL ?= postgres://postgres@127.0.0.1:5432/postgres
TEST_REDIS_URL ?= redis://127.0.0.1:6379/15
export TEST_DATABASE_URL TEST_REDIS_URL

.PHONY: help install run serve worker static test check bench lock messages clean

help: ## list the commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST) | expand -t 18

$(VENV)/.runtime: .requirements/runtime.txt
	@test -n "$(PYTHON)" || { echo "Frontdesk needs Python 3.11 or newer (python3 was not found or is older)." >&2; exit 1; }
	@test -x $(PY) || $(PYTHON) -m venv $(VENV) || { echo "python's venv module is missing (on Debian: apt install python3-venv)." >&2; rm -rf $(VENV); exit 1; }
	@echo "Installing Frontdesk into $(VENV) ..."
	@$(PY) -m pip install -qq --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(VENV)/.dev: .requirements/dev.txt $(VENV)/.runtime
	@echo "Installing the test tools ..."
	@$(PY) -m pip install -qq --disable-pip-version-check --require-hashes -r $<
	@touch $@

install: $(VENV)/.runtime ## make .venv with the pinned dependencies

$(VENV)/.static: $(VENV)/.runtime $(shell find static -type f 2>/dev/null)
	@DEBUG=false SECRET_KEY=for-collecting-static-files-only $(PY) manage.py collectstatic --noinput --verbosity 0
	@touch $@

static: $(VENV)/.static ## collect, hash and compress the static files

run: install static ## install, migrate, fill a demo and serve it at http://127.0.0.1:8000
	@$(PY) manage.py migrate --verbosity 0
	@$(PY) manage.py load_demo --address http://$(HOST):$(PORT)
	@EMBEDDED_KEY=true EMBEDDED_DELIVERY_DEFAULT=true exec $(PY) -m gunicorn -c crm/server.py -b $(HOST):$(PORT) crm.wsgi

serve: install static ## run the production server on the configured database
	@DEBUG_DEFAULT=false $(PY) manage.py migrate --verbosity 0
	@exec $(PY) -m gunicorn -c crm/server.py -b $(HOST):$(PORT) crm.wsgi

worker: install ## run a Celery worker that delivers changes, as many as you like on as many machines
	@exec $(PY) -m celery -A crm worker --beat --queues frontdesk --concurrency 1 --loglevel WARNING

test: $(VENV)/.dev ## run the whole suite on SQLite and, where one answers, on PostgreSQL
	@$(PY) -m tests.run $(ARGS)

check: $(VENV)/.dev ## ruff, mypy, import-linter, Django checks, missing migrations and translations
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	DEBUG=false SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(50))') ALLOWED_HOSTS=crm.example.com \
		$(PY) manage.py check --deploy --fail-level WARNING
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) .ci/messages.py check

bench: install ## measure delivery side by side with what else one might use
	@$(PY) -m benchmarks $(ARGS)

lock: ## pin all dependencies anew after a change of pyproject.toml (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q -o .requirements/runtime.txt
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q \
		-c .requirements/runtime.txt -o .requirements/dev.txt

messages: $(VENV)/.dev ## collect the texts to translate and compile the translations
	$(PY) .ci/messages.py update

clean: ## remove the environment and collected files, keep the data
	rm -rf $(VENV) .data/static .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
