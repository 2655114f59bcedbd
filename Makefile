# Everything a visitor or a builder needs. `make demo` and `make test` create .venv by themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed
# Python compiles what is imported, at the first import; all that is installed would take half a minute. The package itself is compiled
# at once: where Python may not write what it has compiled, each import would take 0.7 s longer.
PIP := python -m pip install --quiet --disable-pip-version-check --no-compile

# The tests start a hundred processes, and each would compile the package anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test test-thorough test-oldest test-plugins docs notebooks format lint types tests bench clean

demo: $(INSTALLED)
	$(BIN)/everypath demo

# Types are checked while the tests run: each takes one process of its own.
test: $(INSTALLED)
	$(MAKE) -j2 lint types tests

lint: $(INSTALLED)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(INSTALLED)
	$(BIN)/mypy

tests: $(INSTALLED)
	$(BIN)/python -m pytest -n auto --dist loadgroup

# All cases of the tests that run a part of theirs in `make test`.
test-thorough: $(INSTALLED)
	$(BIN)/python -m pytest -n auto --dist loadgroup --thorough

format: $(INSTALLED)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# The suite on the oldest versions of everything that pyproject.toml allows; TESTS names a part of it.
TESTS :=
test-oldest: $(VENV)-oldest/installed
	$(VENV)-oldest/bin/python -m pytest -n auto --dist loadgroup $(TESTS)

$(VENV)-oldest/installed: pyproject.toml oldest.txt
	@test -x $(VENV)-oldest/bin/python || $(PYTHON) -m venv $(VENV)-oldest
	$(VENV)-oldest/bin/$(PIP) -c oldest.txt -e '.[demo,dev]'
	@touch $@

# What plugs into packages of others, with these packages, in an environment of its own.
test-plugins: $(VENV)-plugins/installed
	$(VENV)-plugins/bin/python -m pytest tests/plugins $(TESTS)

$(VENV)-plugins/installed: pyproject.toml
	@test -x $(VENV)-plugins/bin/python || $(PYTHON) -m venv $(VENV)-plugins
	$(VENV)-plugins/bin/$(PIP) -e '.[plugins]'
	@touch $@

# Runs the notebooks of examples/ and keeps what they show; NAMES="examples/one.ipynb" for some of them.
NAMES :=
notebooks: $(INSTALLED)
	$(BIN)/$(PIP) -e '.[notebooks]'
	$(BIN)/python examples/run.py $(NAMES)

# The site, in docs/_build/html; a broken link is an error.
docs: $(INSTALLED)
	$(BIN)/$(PIP) -e '.[docs]'
	$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going -b html docs docs/_build/html
	@echo docs/_build/html/index.html

# The benchmarks live in a virtual environment of their own, with JAX in it.
bench: $(INSTALLED)
	$(MAKE) -C benchmarks

# Made anew only when pyproject.toml changed since the last install.
$(INSTALLED): pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/$(PIP) -e '.[demo,dev]'
	@$(BIN)/python -m compileall -q src
	@touch $@

clean:
	rm -rf $(VENV) $(VENV)-oldest $(VENV)-plugins build out .pytest_cache .mypy_cache .ruff_cache .hypothesis
