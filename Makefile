# Two commands do all the set-up they need: `make demo` shows lpack at work, `make test` tests it.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DEMO := .demo/thumbnail
# The demo's package runs on this machine's own Python, so that it can be tried here.
RUNTIME = $(shell $(BIN)/python -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
ARCHITECTURE = $(shell uname -m | sed 's/aarch64/arm64/')

.PHONY: demo compiled test slow exhaustive lint clean

demo: $(VENV)/ready
	@mkdir -p $(DEMO)/src
	@cp templates/starter/thumbnail/app.py.tmpl $(DEMO)/src/app.py
	@cp templates/starter/thumbnail/pyproject.toml $(DEMO)/
	$(BIN)/lpack build -C $(DEMO) --runtime $(RUNTIME) --architecture $(ARCHITECTURE)
	$(BIN)/python $(DEMO)/dist/thumbnail.invoke.py --event http
	$(BIN)/lpack test -C $(DEMO) --runtime $(RUNTIME) --architecture $(ARCHITECTURE)
	$(BIN)/lpack build -C $(DEMO) --runtime $(RUNTIME) --architecture $(ARCHITECTURE)

# The tests start lpack a thousand times: some machines forbid to keep what each start compiles.
compiled: $(VENV)/ready
	@$(BIN)/python -m compileall -q lpack tests

test: compiled
	$(BIN)/python -m pytest -n auto -m "not slow and not exhaustive"

slow: compiled
	$(BIN)/python -m pytest -n auto -m "slow and not exhaustive"

exhaustive: compiled
	$(BIN)/python -m pytest -n auto -m exhaustive

lint: $(VENV)/ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

$(VENV)/ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[uv]' --group dev
	@touch $@

clean:
	rm -rf $(VENV) .demo
