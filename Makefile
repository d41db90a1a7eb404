# Two commands do all the set-up on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV ?= .venv
# Processes that share the tests.
JOBS ?= 2
# make train TRAIN="--photos FOLDER --start FOLDER --minutes-unet 240"
TRAIN ?=
MODEL ?= src/packshot/data/models/studio-tiny
REPORT ?=
BENCHMARK ?=
EVIDENCE ?=
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: demo serve test test-slow debian lint types layers docs translations train model-report benchmark evidence-report lock clean

demo: $(VENV)/.runtime
	$(BIN)/packshot experiment run lab --replay

# The HTTP API (docs/api.md). SERVE="--port 9000 --per-minute 60"
SERVE ?=
serve: $(VENV)/.serve
	$(BIN)/packshot serve $(SERVE)

test: $(VENV)/.development debian lint types layers
	$(BIN)/python -m pytest -n $(JOBS)

test-slow: $(VENV)/.development debian
	$(BIN)/python -m pytest -m slow --timeout 1800

# The studio is tested with a real browser, released files with exiftool, team stores with PostgreSQL: Debian's, installed
# here where that is allowed; else those tests skip.
debian:
	@missing=""; \
	command -v chromium >/dev/null || command -v google-chrome >/dev/null || missing="chromium"; \
	command -v exiftool >/dev/null || missing="$$missing libimage-exiftool-perl"; \
	ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || missing="$$missing postgresql"; \
	[ -z "$$missing" ] || \
	  { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && \
	    DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes $$missing >/dev/null; } || \
	  echo "Not there, tests that need them are skipped (Debian and Ubuntu: apt install $$missing)"

lint: $(VENV)/.development
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/.development
	$(BIN)/mypy

layers: $(VENV)/.development
	$(BIN)/lint-imports

docs: $(VENV)/.development
	$(BIN)/python -m packshot.cli.reference > docs/commands.md

# Writes the words that the studio looks up (packshot.mo) out of those that people translate (packshot.po).
translations: $(VENV)/.development
	$(BIN)/pybabel --quiet compile --domain packshot --directory src/packshot/app/locale

train: $(VENV)/.development
	$(BIN)/python -m training.run --out build/studio-tiny --work build/training $(TRAIN)

# Against plain diffusers, as ratios (docs/benchmarks.md). BENCHMARK="--shape sd15", "--rounds 3".
benchmark: $(VENV)/.development
	$(BIN)/python -m benchmarks.engine $(BENCHMARK)

# How often each evidence is right, on renders (docs/evidence-accuracy.md). EVIDENCE="--count 40" takes minutes.
evidence-report: $(VENV)/.development
	$(BIN)/python -m benchmarks.evidence --json docs/evidence-accuracy.json --page docs/evidence-accuracy.md $(EVIDENCE)

# Hours become minutes with REPORT="--prompts 30 --few 15 --brief 15"; real photos by REPORT="--photos FOLDER".
model-report: $(VENV)/.development
	$(BIN)/python -m training.report --model $(MODEL) $(REPORT)

# Pins everything for Python 3.11 to 3.13, for development first: what runs is a part of it. CUDA's own packages are
# left to torch's wheel: which of them are needed, and whether any, depends on the wheel that is taken.
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-annotate --no-header pyproject.toml
WITHOUT_CUDA := grep -vE '^(nvidia-|cuda-|triton)'
lock: $(VENV)/.development
	$(PIP) uv
	echo "torch==2.13.0" > build-constraints.txt
	$(COMPILE) --extra dev -c build-constraints.txt | $(WITHOUT_CUDA) > requirements-dev.lock
	$(COMPILE) -c requirements-dev.lock | $(WITHOUT_CUDA) > requirements.lock
	$(COMPILE) --extra serve -c requirements-dev.lock | $(WITHOUT_CUDA) > requirements-serve.lock
	rm build-constraints.txt

clean:
	rm -rf $(VENV) build outputs .packshot

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else \
	  "Packshot needs Python 3.11, 3.12 or 3.13, got %d.%d: name one by PYTHON=python3.12" % v)'
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "No virtual environment can be made: on Debian and Ubuntu, apt install python3-venv"; exit 1; }

$(VENV)/.runtime: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(PIP) -r requirements.lock
	$(PIP) --no-deps --editable .
	touch $@

$(VENV)/.serve: requirements-serve.lock pyproject.toml | $(VENV)/bin/python
	$(PIP) -r requirements-serve.lock
	$(PIP) --no-deps --editable .
	touch $@

$(VENV)/.development: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	$(PIP) -r requirements-dev.lock
	$(PIP) --no-deps --editable .
	touch $@
