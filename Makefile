# `make help` lists the targets. Each one installs what it needs first, and finds it again the next time.

BIN := .venv/bin
CODE := migrate extractors emitters fixtures tests benchmarks
GENERATED := --count 2000 --seed 1 --share 0.80
BENCHMARKS :=
FUZZ :=
DOC_TESTS := $(firstword $(wildcard tests/docs tests/test_docs.py) tests/docs)

.DEFAULT_GOAL := help
.PHONY: help demo test thorough generated mutation fuzz benchmarks check setup engines node-red camel format format-check lint types imports docs fixtures goldens pages lock wheel clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: setup node-red ## audit, emit and prove the sample estate, and find a planted mistake; without a network
	$(BIN)/hubshift demo

test: setup engines ## run all tests; says how many ran on a real engine
	$(BIN)/python -m pytest $(PYTEST_ARGS)

thorough: setup engines ## the same, with all cases where `make test` tries a sample; takes several times as long
	HUBSHIFT_THOROUGH=1 $(BIN)/python -m pytest $(PYTEST_ARGS)

generated: setup ## 2,000 generated scripts: does CPython do the same as the model? (GENERATED="--seed 2 ...")
	$(BIN)/python -m tests.generated $(GENERATED)

mutation: setup engines ## emitted flows made wrong in one place at a time: does the shadow run see it? (MUTATION="join --show")
	$(BIN)/python -m tests.mutation $(MUTATION)

fuzz: setup ## read 10,000 damaged scripts: no crash, no hang, never silence
	$(BIN)/python -m tests.fuzz $(FUZZ)

benchmarks: setup ## how fast beside other tools, as ratios (BENCHMARKS="replay start")
	$(BIN)/python -m benchmarks $(BENCHMARKS)

check: format-check lint types imports docs ## everything that must hold before a commit, but for the tests

setup: ## make .venv with what requirements/ locks, and this checkout in it
	@.ci/setup

engines: node-red camel ## install the platform engines that the proof runs on

node-red: setup ## install Node-RED
	$(BIN)/python -m emitters.node_red.install

camel: setup ## install Apache Camel, where there are Java and Maven; else its tests do not run, and say so
	-$(BIN)/python -m emitters.camel.install

format: setup ## rewrite the code in the house format
	$(BIN)/python -m ruff format
	$(BIN)/python -m ruff check --fix

format-check: setup ## is the code in the house format?
	$(BIN)/python -m ruff format --check

lint: setup ## ruff's rules
	$(BIN)/python -m ruff check

types: setup ## mypy --strict
	$(BIN)/python -m mypy --strict $(CODE)

imports: setup ## do the arrows between packages go one way?
	$(BIN)/lint-imports --no-logo

docs: setup ## does the documentation say what the code does?
	$(BIN)/python -m pytest $(DOC_TESTS)

fixtures: setup ## record the traffic of the sample scripts again, byte for byte the same
	$(BIN)/python -m fixtures.record

goldens: setup ## write the expected files of the fixtures anew; read the difference before you commit
	$(BIN)/python -m tests.conformance.cases
	$(BIN)/python -m tests.interfaces.estates
	$(BIN)/python -m tests.diagnostics.cases

pages: setup ## write the generated pages of docs/ anew
	$(BIN)/python -m tests.docs.pages

lock: ## make requirements/*.lock anew from pyproject.toml (UPGRADE=1: newest versions)
	@UPGRADE=$(UPGRADE) .ci/lock

wheel: setup ## build the wheel into dist/
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

clean: ## remove what the other targets made in this checkout
	rm -rf .venv .venv-lock build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
