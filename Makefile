# Two commands on a fresh machine with Python 3.11 or newer: `make run` and `make test`.

PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test bench lock clean

run: .venv/ready-to-run  ## the site with invented people, on 127.0.0.1:8000
	$(BIN)/python -m directory.demo.site

test: .venv/ready-to-test  ## everything CI runs
	$(BIN)/python -m tests.everything

bench: .venv/ready-to-test  ## speed, as ratios against named peers in the same run
	$(BIN)/python -m bench

lock:  ## writes the locked requirements anew (needs uv in .venv); no host names go in
	$(BIN)/uv pip compile pyproject.toml --generate-hashes --universal -q --no-header --no-annotate -o requirements.txt
	$(BIN)/uv pip compile pyproject.toml --group dev --generate-hashes --universal -q --no-header --no-annotate \
		-c requirements.txt -o requirements-dev.txt

clean:  ## removes the environment and the local data
	rm -rf .venv instance

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; set PYTHON=/path/to/it")'
	$(PYTHON) -m venv .venv

.venv/ready-to-run: requirements.txt | .venv/bin/python
	$(BIN)/python -m pip install -q --require-hashes -r requirements.txt
	@touch $@

.venv/ready-to-test: requirements-dev.txt | .venv/bin/python
	$(BIN)/python -m pip install -q --require-hashes -r requirements-dev.txt
	@touch $@
