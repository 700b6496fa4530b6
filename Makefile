# What one does here, one word each. `make` alone lists it.
# PYTHON=python3.12 make run   picks another interpreter; it is asked only when .venv is built.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq

# $(call debian,PACKAGE): root gets the package, anybody else gets the line to type, and the target stops.
debian = if [ "$$(id -u)" = 0 ]; then \
           apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $(1); \
         else \
           echo 'Expected to find the Debian package $(1), but it is missing. Install it with:' >&2; \
           echo '    sudo apt-get install -y $(1)' >&2; exit 1; \
         fi

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test quick check lint format coverage soak lock hooks postgresql erp erp-8.0 erp-8.2 clean vendor vendor-check openapi facts chromium curl

help:
	@echo 'make run      a running demo: environment, database, demo data, worker, mail sink (Ctrl-C stops it);'
	@echo '              TRAINING=1 runs the place to practise beside it, too'
	@echo 'make erp      the demo'"'"'s real ERP: Tryton in environments of its own (.erp), a demo company, snapshots of it'
	@echo 'make quick    unit and command tests, about a minute on two cores'
	@echo 'make check    format, lint, types, import arrows, quick; what pre-commit runs'
	@echo 'make test     all tests, with PostgreSQL; what CI runs'
	@echo 'make coverage the same, and which lines and branches they reach; takes longer'
	@echo 'make soak     the full figures, by hand; takes hours (all but the million cases, docs/performance.md)'
	@echo 'make format   let ruff lay out the code and mend what it can'
	@echo 'make lock     lock what pyproject.toml asks for; UPGRADE=1 takes the newest versions'
	@echo 'make vendor   build what the browser gets from others: web/static/vendor, of what web/vendoring locks'
	@echo 'make openapi  write down what REST offers: docs/openapi.json'
	@echo 'make facts    write down what tables may ask for: docs/facts.md'
	@echo 'make hooks    let git run make check before each commit'
	@echo 'make clean    remove the environment and what tools left behind; var/ stays'

# make starts a command without shell syntax directly, so Ctrl-C reaches `cpm demo` and nothing in between.
run: .venv/run.stamp
	@$(BIN)/cpm init
	@$(BIN)/cpm demo $(if $(TRAINING),--training)

# Images of containers often forbid Python to keep what it has compiled. Then each of the hundreds of programs that the tests
# start compiles ours anew, 0.7 s of CPU each, and each process of the tests all of the tests: 12 s.
test coverage quick: export PYTHONDONTWRITEBYTECODE =

test: .venv/dev.stamp erp postgresql chromium curl vendor-check
	@$(BIN)/pytest -n auto -rs

# Beside `make test`, because watching every line makes rules twice as slow.
coverage: .venv/dev.stamp erp postgresql chromium curl vendor-check
	@$(BIN)/pytest -n auto -rs --cov --cov-branch --cov-report=term

quick: .venv/dev.stamp
	@$(BIN)/pytest -n auto -rs -m 'not slow' tests/unit tests/commands

check: lint quick

lint: .venv/dev.stamp
	@$(BIN)/ruff format --check
	@$(BIN)/ruff check
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: .venv/dev.stamp
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

# The crash tests, and all that read CPM_SOAK for their sizes; the benches are programs that print ratios. A million open
# cases take another hour and 30 GB of disk, so they are asked for by name: python -m tests.bench.flat
SIZED = $(shell grep -rlE --include='test_*.py' 'CPM_SOAK|full_size' tests/unit tests/commands tests/browser)
BENCHES = $(basename $(notdir $(shell grep -l __main__ tests/bench/*.py)))
soak: .venv/dev.stamp .venv/bench.stamp erp postgresql chromium vendor-check
	@CPM_SOAK=1 $(BIN)/pytest -rs --capture=no -o faulthandler_timeout=3000 tests/crash $(SIZED)
	@for bench in $(BENCHES); do \
	   echo "== $$bench"; \
	   case $$bench in flat) few='--cases 100000';; *) few=;; esac; \
	   PYTHONPATH=. $(BIN)/python -m tests.bench.$$bench $$few || exit 1; done

openapi: .venv/dev.stamp
	@$(BIN)/python -m web.api > docs/openapi.json.new && mv docs/openapi.json.new docs/openapi.json

facts: .venv/dev.stamp
	@$(BIN)/python -m cpm.facts_page > docs/facts.md.new && mv docs/facts.md.new docs/facts.md

hooks: .venv/dev.stamp
	@$(BIN)/pre-commit install

clean:
	rm -rf .venv .erp dist $(VENDORING)/node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage*

# The tests start a server of their own from these binaries, unless they are given one; some go through a pooler.
postgresql:
	@[ -n "$$CPM_TEST_POSTGRES_URL" ] || command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 \
	  || { $(call debian,postgresql pgbouncer); }
	@[ -n "$$CPM_TEST_POSTGRES_URL" ] || PATH="$$PATH:/usr/sbin" command -v pgbouncer >/dev/null || { $(call debian,pgbouncer); }

# Pages are tested in the real one; with a font, since a bare machine has none.
chromium:
	@[ -x /usr/bin/chromium ] || { $(call debian,chromium fonts-dejavu-core); }

# The guide to REST is tried with it, line by line.
curl:
	@command -v curl >/dev/null || { $(call debian,curl); }

# What the browser gets from others is committed, so that only who changes or tests it needs node.
VENDORING := web/vendoring
NPM := npm --prefix $(VENDORING)

vendor: $(VENDORING)/node_modules/.package-lock.json
	@$(NPM) run --silent build

vendor-check: $(VENDORING)/node_modules/.package-lock.json
	@$(NPM) run --silent check

$(VENDORING)/node_modules/.package-lock.json: $(VENDORING)/package.json $(VENDORING)/package-lock.json
	@command -v npm >/dev/null || { $(call debian,nodejs npm); }
	@echo 'Installing what $(VENDORING)/package-lock.json names ...'
	@$(NPM) ci --ignore-scripts --loglevel=error
	@touch $@

# One environment for everything: `run` needs the first stamp only, the developers' tools come with the second.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo 'Expected $(PYTHON) to be Python 3.11 or later, but it is not. Try: PYTHON=python3.11 make' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { $(call debian,python3-venv); }
	@$(PYTHON) -m venv --clear .venv

.venv/run.stamp: $(BIN)/python requirements.lock requirements-build.lock pyproject.toml
	@echo 'Installing what requirements.lock names into .venv ...'
	@$(PIP) install --require-hashes -r requirements.lock -r requirements-build.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev.stamp: .venv/run.stamp requirements-dev.lock
	@echo 'Installing what requirements-dev.lock names into .venv ...'
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

# Beside the environment, not in it: other engines, to measure ours against, and they want other versions of what we use.
.venv/bench.stamp: .venv/dev.stamp tests/bench/requirements.txt
	@rm -rf .venv/bench
	@$(PIP) install --no-warn-conflicts --target .venv/bench -r tests/bench/requirements.txt
	@touch $@

# The demo's ERP, in the version that lasts longest and in the newest. Never in .venv: it is GPL-3, and a program beside ours.
# The demo company is built once a day and kept as a snapshot outside the repository: cpm/demo/erp/places.py.
erp: erp-8.0 erp-8.2

erp-8.0 erp-8.2: erp-%: .erp/%/made.stamp .venv/run.stamp
	@$(BIN)/python -m cpm.demo.erp $*

.erp/%/made.stamp: cpm/demo/erp/locks/%.lock | $(BIN)/python
	@echo 'Installing Tryton $* into .erp/$* ...'
	@$(PYTHON) -m venv --clear .erp/$*
	@.erp/$*/bin/python -m pip --disable-pip-version-check -qq install --only-binary :all: --require-hashes -r $<
	@touch $@

# The machine's own package sources stay out of the locks: they name versions and hashes, and nobody's hosts.
COMPILE = PIP_CONFIG_FILE=/dev/null PIP_FIND_LINKS= CUSTOM_COMPILE_COMMAND='make lock' \
          $(BIN)/pip-compile --quiet --no-config --generate-hashes --allow-unsafe --strip-extras \
          --no-emit-index-url --no-emit-find-links --no-emit-trusted-host $(if $(UPGRADE),--upgrade)

LOCKS := cpm/demo/erp/locks
# Runtime first; the others are held to its versions, so that tests run what users run.
lock: .venv/dev.stamp
	@$(COMPILE) --output-file requirements.lock pyproject.toml
	@$(COMPILE) --extra dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml
	@$(COMPILE) --only-build-deps --build-deps-for editable --constraint requirements-dev.lock \
	  --output-file requirements-build.lock pyproject.toml
	@for version in 8.0 8.2; do $(COMPILE) --output-file $(LOCKS)/$$version.lock $(LOCKS)/$$version.in || exit 1; done
