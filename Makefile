# Every target sets up what it needs; setting up again is skipped until pyproject.toml changes.
#   make scan                          examine this host
#   make scan TARGET=root:/mnt/disk ARGS='--format json'
#   make test                          the fast tests with their coverage floors
#   make test-all                      all gates: check, every test, real Debian roots, every Python found
#   make check                         types, layers, limits, style
#   make bench                         kenshin against its peers, into docs/performance.md
TARGET ?= local:
ARGS ?=
MAKEFLAGS += --no-print-directory

.PHONY: scan test test-all check bench clean
.DEFAULT_GOAL := scan

scan: .venv/.run
	@scripts/scan $(TARGET) $(ARGS)

test: .venv/.dev
	@scripts/test

test-all: .venv/.dev
	@scripts/setup roots
	@scripts/check
	@scripts/test --all

check: .venv/.dev
	@scripts/check

bench: .venv/.run
	@scripts/setup bench
	@.venv/bin/python bench/run.py $(ARGS)

clean:
	rm -rf .venv .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache build dist
	find src tests bench scripts -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.run: pyproject.toml scripts/setup
	@scripts/setup run
	@touch $@

.venv/.dev: pyproject.toml scripts/setup
	@scripts/setup dev
	@touch .venv/.run $@
