# DARNDEST: `make demo` runs it, `make test` checks it. README.md says more.
PYTHON ?= python3
PORT ?= 8000
CASES ?= 28
VENV := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset setup setup-train setup-test test lint types unit unit-ml unit-postgresql vitest e2e evidence bench train-demo api-types

help: ## Show what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

demo: setup ## Run the whole application here with a synthetic cohort (PORT=8000)
	@exec $(VENV)/python deploy/demo.py --port $(PORT) --cases $(CASES)

demo-reset: ## Forget the demo's state (var/)
	@$(PYTHON) deploy/reset.py

setup: ## Make .venv and the front end's build
	@$(PYTHON) deploy/setup.py run

setup-train: ## .venv with what training networks needs
	@$(PYTHON) deploy/setup.py train

setup-test: ## The same and the front end's build, with everything the checks need
	@$(PYTHON) deploy/setup.py test

test: setup-test ## Run every check (under 25 minutes on 2 cores)
	@$(VENV)/python deploy/check.py

lint types unit unit-ml unit-postgresql vitest e2e: setup-test ## One part of `make test`
	@$(VENV)/python deploy/check.py $@

evidence: setup-test ## Run the long proofs in full; tables go to docs/evidence/
	EVIDENCE=full $(VENV)/python -m pytest -m evidence tests

bench: setup-test ## Measure speed against peers in the same run; see docs/performance.md
	$(VENV)/python -m benchmarks

train-demo: setup-train ## Train the shipped bundles again from nothing (ONLY=internal-densenet121 for one set)
	$(VENV)/python -m ml train-demo $(if $(ONLY),--only $(ONLY))

api-types: setup-test ## Generate the front end's types from the OpenAPI schema
	@$(VENV)/python deploy/check.py --write-api-types
