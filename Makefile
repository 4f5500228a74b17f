# make demo    install, start, print the address
# make test    install, get a browser, run all tests
# make check   format, lint, types, direction of imports
# make shop    plan, write and render the sample shop anew; goes on where it was stopped
# make model   train the sample shop's model anew and measure it; goes on where it was stopped
# make bench   measure what README's speed table says

PYTHON ?= python3
BIN := .venv/bin
CHROMIUM := $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)

.PHONY: demo test check format bench shop model browser clean

demo: .venv/installed
	$(BIN)/mmdemo demo

test: .venv/developed browser
	$(BIN)/pytest

check: .venv/developed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/developed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: .venv/developed
	$(BIN)/python -m benchmarks

shop: .venv/developed .venv/studio
	$(BIN)/python -m studio.write
	$(BIN)/python -m studio.coverage --readme
	$(BIN)/python -m studio.render
	$(BIN)/python -m studio.collect
	$(BIN)/python -m studio.manifest

model: .venv/developed
	$(BIN)/python -m studio.model
	$(BIN)/python -m studio.results
	$(BIN)/python -m studio.manifest

.venv/studio: .venv/installed requirements-studio.txt
	$(BIN)/python -m pip install --progress-bar off --requirement requirements-studio.txt
	touch $@

.venv/installed: requirements.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --progress-bar off --editable .
	touch $@

.venv/developed: .venv/installed requirements-dev.txt
	$(BIN)/python -m pip install --progress-bar off --requirement requirements-dev.txt
	touch $@

# A Chromium of the system is used where there is one; Debian's is installed where that is allowed.
browser: .venv/developed
ifeq ($(CHROMIUM),)
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && apt-get install -y -qq --no-install-recommends \
			chromium fonts-noto-core fonts-noto-color-emoji postgresql; \
	else \
		$(BIN)/playwright install chromium; \
	fi
endif

clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
