# Every target makes its own environment first: Python 3.11 or newer, git and make are all that is asked of the machine.

PYTHON ?= python3.11 python3 python3.13 python3.12
VENV := .venv
SHARED ?= ../shared
RUN := $(VENV)/bin/python -m
INSTALLED := $(VENV)/installed
# One more than there are cores: tests also wait, for a clock or for another process.
WORKERS := $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN) + 1 )))

unexport PYTHONDONTWRITEBYTECODE   # the tests start Python hundreds of times: it compiles a module once

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo serve test browser soak check audit sbom lock bench pictures clean

help:  ## Say what there is to make.
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s  %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(INSTALLED)  ## Crawl a made-up web of jobs and open its pages on this machine.
	@$(RUN) rolecall demo

serve: $(INSTALLED)  ## Serve the pages on this machine.
	@$(RUN) rolecall serve

test: $(INSTALLED)  ## Run the tests, side by side (those of the browser and the soak aside).
	@$(RUN) pytest -n $(WORKERS) --dist worksteal -m "not soak and not browser"

browser: $(INSTALLED)  ## Run the tests that drive the pages in Chromium, side by side.
	@$(RUN) pytest -n $(WORKERS) --dist worksteal -m "browser and not soak"

soak: $(INSTALLED)  ## Run the long tests: big files, many rounds.
	@$(RUN) pytest -m soak --timeout 3600

check: $(INSTALLED)  ## Check style, types, floors and dependencies.
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	$(VENV)/bin/lint-imports --no-logo
	$(RUN) deptry .

COMPILE := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --custom-compile-command "make lock" --quiet

# The tools of these two are no dependency of ours: they are fetched for the moment, in these versions. What could not be asked
# about is a failure (--strict): else a service that knows nothing would look like one that finds nothing.
audit: $(INSTALLED)  ## Ask the advisories of Python's packages about everything that requirements.lock names.
	@$(RUN) uv tool run --from pip-audit==2.10.1 pip-audit --strict --require-hashes --disable-pip --progress-spinner off \
		--requirement requirements.lock

sbom: $(INSTALLED)  ## Write what a server runs as a bill of materials (CycloneDX) to dist/rolecall.cdx.json.
	@mkdir -p dist
	@$(RUN) uv tool run --from cyclonedx-bom==7.5.0 cyclonedx-py requirements deploy/requirements.lock \
		--pyproject pyproject.toml --output-reproducible --output-file dist/rolecall.cdx.json

lock: $(INSTALLED)  ## Write requirements.lock and a server's anew from pyproject.toml.
	@$(RUN) $(COMPILE) --all-extras --group dev --output-file requirements.lock
	@$(RUN) $(COMPILE) --extra postgres --extra server --group build --no-annotate \
		--constraint requirements.lock --output-file deploy/requirements.lock

bench: $(INSTALLED)  ## Measure, and print tables; SHARED=FOLDER names the folder of real data.
	@for script in $$(grep -l __main__ benchmarks/*.py); do echo "== $$script"; $(VENV)/bin/python "$$script" $(SHARED) || exit 1; done

pictures: $(INSTALLED)  ## Take the README's pictures of the demo's pages, with Chromium.
	@$(RUN) docs.pictures

clean:  ## Take away the environment and every cache.
	rm -rf $(VENV) dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# What the lock names, each file checked by its hash; then the project itself, which may then need nothing more.
$(INSTALLED): pyproject.toml requirements.lock
	@if [ ! -x $(VENV)/bin/pip ]; then \
		for python in $(PYTHON); do \
			if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
				exec $$python -m venv $(VENV); \
			fi; \
		done; \
		echo "Rolecall needs Python 3.11 or newer: install it, or name it, as in make PYTHON=/path/to/python3." >&2; \
		exit 1; \
	fi
	@echo "Installing what requirements.lock names into $(VENV): a minute or two, the first time." >&2
	@$(RUN) pip install -qq --disable-pip-version-check --require-hashes --requirement requirements.lock
	@$(RUN) pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
