# Everything a fresh machine with Python 3.11+, git and make needs. The plain commands are in README.md.

PYTHON ?= python3
BIN := .venv/bin
SOURCES := $(shell find app dsl engine policies -type f -not -name '*.pyc' | sort)

.PHONY: demo test check dist fuzz spark assurance picture bench fmt lock clean

demo: .venv/ready
	$(BIN)/clausewise check examples; code=$$?; case $$code in 0|1|3|4) ;; *) exit $$code ;; esac

test: .venv/ready
	$(BIN)/python -m pytest

check: .venv/ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mypy $(wildcard tests benchmarks)

# Wheel and sdist, each built, installed and tried as a stranger would.
dist: .venv/ready
	$(BIN)/python -m pytest tests/dist.py

# Laws with thousands of examples each, for MINUTES minutes: `make fuzz MINUTES=60`.
MINUTES ?= 10
fuzz: .venv/ready
	HYPOTHESIS_PROFILE=deep timeout $(MINUTES)m $(BIN)/python -m pytest -q \
	    tests/test_laws.py tests/test_compiled.py tests/test_bad_input.py tests/test_meaning.py; \
	    code=$$?; [ $$code -eq 124 ] && echo "$(MINUTES) minutes are over, and nothing was found" || exit $$code

# Spark is large and needs Java, so `make test` passes over it, and says so.
spark: .venv/ready
	$(BIN)/pip install --quiet --disable-pip-version-check "pyspark>=4.0"
	$(BIN)/python -m pytest -k spark tests/test_sql.py

assurance: .venv/ready
	$(BIN)/python -m tests.assurance

picture: .venv/ready
	$(BIN)/python -m tests.picture

bench: .venv/ready
	$(BIN)/python benchmarks/cold_start.py
	$(BIN)/python -m benchmarks.peers

fmt: .venv/ready
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: .venv/ready
	$(BIN)/pip-compile --quiet --generate-hashes --extra dev --strip-extras --no-header --no-annotate \
	    --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --allow-unsafe \
	    --output-file requirements-dev.lock pyproject.toml

clean:
	rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

.venv/installed: requirements-dev.lock
	@echo "setting up .venv (once, about a minute)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

# A strict editable install links the files one by one, so a new file needs a new install.
.venv/ready: .venv/installed pyproject.toml .venv/files
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
	    --config-settings editable_mode=strict -e . > .venv/install.log 2>&1 || { cat .venv/install.log; exit 1; }
	@touch $@

.venv/files: .venv/installed FORCE
	@echo "$(SOURCES)" | cmp --silent - $@ || echo "$(SOURCES)" > $@

FORCE:
