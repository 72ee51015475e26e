# `make` lists the targets. Two matter to a newcomer: `make run` and `make test`.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
BIN := .venv/bin
STAMPS := .make
FUZZ = $(notdir $(wildcard media/hostile/seeds/*))
FUZZ_SECONDS = 1200
RUST := $(shell find media bench -name '*.rs' -not -path '*/target/*' 2>/dev/null) $(shell find media bench -name Cargo.toml -not -path '*/target/*' 2>/dev/null)
RESOLVE = uv pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate
# Not `npm ci`: it wants every platform's optional binary in the lock file, and a registry need not have them all.
NPM_INSTALL = npm install --no-save --no-audit --no-fund --loglevel=error
PAGES := $(shell find web -type f -not -path '*/node_modules/*' 2>/dev/null)

# Most of the time of most tests is waiting, so they run beside each other; who measures gaps has the machine to itself.
ALL_TESTS = failed=0; \
	$(BIN)/python -m pytest -m "not alone" -n 2 --dist worksteal --durations=15 || failed=1; \
	$(BIN)/python -m pytest -m alone --durations=10 || failed=1; \
	exit $$failed

##@ Use it
.PHONY: run
run: setup ## Set everything up, start the service, print its links
	@exec $(BIN)/echo-session serve

.PHONY: setup
setup: $(STAMPS)/tools $(STAMPS)/python $(STAMPS)/web $(STAMPS)/engine ## Only set everything up

##@ Prove it
.PHONY: test
test: setup $(STAMPS)/dev $(STAMPS)/test-tools $(STAMPS)/node ## Everything that CI checks
	@# Types of Python keep one core busy while the compiler has the other.
	@$(MAKE) --no-print-directory -j2 --output-sync=target lint-python check-rust lint-web test-web
	@$(MAKE) --no-print-directory test-python

# One after the other: they wait for each other's build folder anyway.
.PHONY: check-rust
check-rust:
	@env -u MAKEFLAGS $(MAKE) --no-print-directory lint-rust
	@env -u MAKEFLAGS $(MAKE) --no-print-directory test-rust

.PHONY: lint
lint: $(STAMPS)/dev $(STAMPS)/web lint-python lint-rust lint-web ## Formatting, types, contracts between packages

.PHONY: lint-python
lint-python: $(STAMPS)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy

.PHONY: lint-rust
lint-rust:
	cd media && cargo fmt --all --check && cargo clippy --release --locked --workspace --all-targets -- -D warnings

.PHONY: lint-web
lint-web: $(STAMPS)/node
	cd web && npm run --silent check

.PHONY: test-web
test-web: $(STAMPS)/node ## Vitest: the pages' rules
	cd web && npm run --silent test

.PHONY: test-rust
test-rust: ## The engine in simulated time
	cd media && cargo test --release --locked --workspace

.PHONY: fuzz-quick
fuzz-quick: ## Hostile bytes at every reader of the engine: the seeds and 20,000 mutations of them each, in seconds
	cd media && cargo test --release --locked -p echo-hostile

.PHONY: fuzz
fuzz: ## The same with libFuzzer, FUZZ_SECONDS (1200) a target, or FUZZ="rtp rtcp" alone
	@cargo +nightly fuzz --version >/dev/null 2>&1 || { echo "This needs a nightly compiler and cargo-fuzz: rustup toolchain install nightly && cargo install cargo-fuzz" >&2; exit 1; }
	cd media/fuzz && for target in $(FUZZ); do mkdir -p corpus/$$target && \
	  cargo +nightly fuzz run -O --fuzz-dir . $$target corpus/$$target ../hostile/seeds/$$target -- \
	  -max_total_time=$(FUZZ_SECONDS) -max_len=4096 -timeout=20 -print_final_stats=1 || exit 1; done

.PHONY: test-python
test-python: setup $(STAMPS)/dev $(STAMPS)/test-tools $(STAMPS)/generator ## Unit, integration, interop, browser and fault tests
	@$(if $(PYTEST),$(BIN)/python -m pytest $(PYTEST),$(ALL_TESTS))

.PHONY: screenshots
screenshots: setup $(STAMPS)/dev $(STAMPS)/test-tools ## Pictures of every screen into test-results/screens
	$(BIN)/python -m pytest tests/e2e/test_screens.py

##@ Measure it
.PHONY: bench
bench: setup $(STAMPS)/dev $(STAMPS)/generator ## What a packet to one of 50 viewers costs us and whom else is installed: 20 minutes
	$(BIN)/python -m bench short

.PHONY: bench-full
bench-full: setup $(STAMPS)/dev $(STAMPS)/generator ## The same for all sizes, meetings, rooms, joins: hours, and goes on where it was
	$(BIN)/python -m bench full

.PHONY: bench-quick
bench-quick: setup $(STAMPS)/dev $(STAMPS)/generator ## Ours alone, in two minutes
	$(BIN)/python -m bench quick --fresh

.PHONY: bench-rogue
bench-rogue: setup $(STAMPS)/dev $(STAMPS)/generator ## What fifty others notice while one of the room sends what nobody should
	$(BIN)/python -m bench.rogue

.PHONY: bench-instructions
bench-instructions: setup $(STAMPS)/dev ## Instructions of a forwarded packet against those in docs/benchmarks.md (valgrind)
	$(BIN)/python -m bench.instructions

.PHONY: bench-peers
bench-peers: ## Install what the benchmark compares with: Janus (apt, root), LiveKit (go)
	@.ci/bench-peers

.PHONY: join-time
join-time: setup $(STAMPS)/dev $(STAMPS)/test-tools ## Milliseconds from the Join button to the first remote picture
	$(BIN)/python -m bench.join_time

.PHONY: join-storm
join-storm: setup $(STAMPS)/dev $(STAMPS)/test-tools $(STAMPS)/generator ## Milliseconds from join to the first picture, fifty at once through the whole service
	$(BIN)/python -m bench.join_storm

.PHONY: bad-line
bad-line: setup $(STAMPS)/dev $(STAMPS)/test-tools $(STAMPS)/generator ## Longest freeze of a real Chromium behind a line that loses 5% each way (root)
	$(BIN)/python -m bench.bad_line

.PHONY: narrow-line
narrow-line: setup $(STAMPS)/dev $(STAMPS)/test-tools $(STAMPS)/generator ## A real Chromium behind a line of 2, then 0.4, then 2 Mbit/s (root)
	$(BIN)/python -m bench.narrow_line

.PHONY: soak
soak: setup $(STAMPS)/dev $(STAMPS)/generator ## Fifty endpoints come and go for an hour; MINUTES=10 for less
	$(BIN)/python -m bench.soak $(MINUTES)

.PHONY: records
records: setup $(STAMPS)/dev $(STAMPS)/test-tools ## Milliseconds of lists, searches and the calendar over 100,000 people
	$(BIN)/python -m bench.records

.PHONY: imports
imports: setup $(STAMPS)/dev $(STAMPS)/test-tools ## How long an import of 100,000 people holds others up
	$(BIN)/python -m bench.imports --people 100000 --database sqlite

.PHONY: ledger-model
ledger-model: setup $(STAMPS)/dev ## Attendance against its model for 200,000 steps
	$(BIN)/python -m bench.ledger_model

.PHONY: ledger
ledger: setup $(STAMPS)/dev $(STAMPS)/test-tools ## Migrate 1,000,000 ledger events, then ask for a session's attendance
	$(BIN)/python -m bench.ledger

.PHONY: crashes
crashes: setup $(STAMPS)/dev ## Kill control and media node 500 times while aiortc endpoints come and go
	$(BIN)/python -m tests.faults.crashes --crashes 500

.PHONY: due-actions
due-actions: setup $(STAMPS)/dev $(STAMPS)/test-tools ## Kill four control processes 200 times while 1,000 actions fall due
	$(BIN)/python -m tests.faults.due_actions --actions 1000 --kills 200 --database postgresql

.PHONY: webhooks-storm
webhooks-storm: setup $(STAMPS)/dev $(STAMPS)/test-tools ## Send 100,000 webhooks to a bad receiver while the sender is killed 50 times
	$(BIN)/python -m tests.faults.webhooks_storm --webhooks 100000 --kills 50 --database sqlite

##@ Keep it
.PHONY: format
format: $(STAMPS)/dev $(STAMPS)/node ## Let the formatters write
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	cd media && cargo fmt --all
	cd web && npm run --silent format

.PHONY: wheel
wheel: $(STAMPS)/dev $(STAMPS)/web ## One wheel with engine and pages inside, into dist/
	$(BIN)/maturin build --release --out dist

.PHONY: requirements
requirements: ## Resolve pyproject.toml again into the hashed files: what is shipped is what was tested
	$(RESOLVE) pyproject.toml --group dev -o requirements-dev.txt
	$(RESOLVE) pyproject.toml -c requirements-dev.txt -o requirements.txt
	echo 'maturin>=1.9,<2' | $(RESOLVE) - -c requirements-dev.txt -o .ci/build-requirements.txt

.PHONY: clean
clean: ## Remove what was built; the data folder stays
	rm -rf .venv $(STAMPS) dist media/target web/node_modules echo_session/web echo_session/*.so

.PHONY: help
help:
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-18s %s\n", $$1, $$2}' Makefile

# --- what the targets stand on ---------------------------------------------------------------------------

$(STAMPS)/tools:
	@PYTHON=$(PYTHON) .ci/tools
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/test-tools: .ci/test-tools
	@.ci/test-tools
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/python: requirements.txt | $(STAMPS)/tools
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(STAMPS)/dev: requirements-dev.txt | $(STAMPS)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

$(STAMPS)/node: web/package-lock.json web/package.json | $(STAMPS)/tools
	cd web && $(NPM_INSTALL)
	@touch $@

$(STAMPS)/web: $(PAGES) | $(STAMPS)/node
	cd web && npm run --silent build
	@touch $@

$(STAMPS)/engine: pyproject.toml media/Cargo.lock $(RUST) | $(STAMPS)/python $(STAMPS)/web
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .ci/build-requirements.txt
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps \
	    --no-build-isolation --editable .
	@touch $@

$(STAMPS)/generator: media/Cargo.lock $(RUST)
	cd media && cargo build --locked --release -p echo-generator
	@mkdir -p $(STAMPS) && touch $@
