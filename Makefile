# make run    set up, then open the viewer on the bundled demo night
# make test   set up, then check and test everything
# make bench  the long versions: kills, fuzzing, speed, memory, cross-validation
# make setup  set up alone; the command is then .venv/bin/sleepscope
#
# A torch of another kind (CUDA, CPU only): make setup TORCH_INDEX=ADDRESS, with the address that
# torch's own install selector shows (see README.md).

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
    if $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then echo $$p; break; fi; done)
VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check
BENCHMARKS := $(filter-out reading_child peer_browser screens,$(patsubst tests/benchmarks/%.py,%,$(shell grep -l '__main__' tests/benchmarks/*.py)))

.PHONY: run test check bench setup setup-test system demo-night clean

run: setup system
	@$(BIN)/sleepscope demo

test: check
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest

check: setup-test system
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/vulture

bench: $(VENV)/.bench system
	@failed=; for name in $(BENCHMARKS); do \
	    echo "== $$name"; $(BIN)/python -m tests.benchmarks.$$name || failed="$$failed $$name"; done; \
	if [ -n "$$failed" ]; then echo "Not measured:$$failed"; exit 1; fi

setup: $(VENV)/.runtime

setup-test: $(VENV)/.test

$(VENV)/.python: | python-found
	@echo "Creating $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

.PHONY: python-found
python-found:
	@test -d $(VENV) || test -n "$(PYTHON)" || { \
	    echo "SleepScope needs Python 3.11 or newer; install it, or name it: make run PYTHON=/path/to/python3.12" >&2; exit 2; }
	@test -d $(VENV) || $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	    echo "$(PYTHON) cannot make virtual environments; install the package python3-venv (Debian, Ubuntu: apt-get install python3-venv)." >&2; exit 2; }

$(VENV)/.runtime: pyproject.toml constraints.txt | $(VENV)/.python
	@echo "Installing SleepScope and what it needs (once, some minutes)"
ifdef TORCH_INDEX
	@$(PIP_INSTALL) -c constraints.txt torch==2.13.0 --index-url $(TORCH_INDEX)
endif
	@$(PIP_INSTALL) -c constraints.txt -e .
	@touch $@

$(VENV)/.test: $(VENV)/.runtime
	@echo "Installing the test tools"
	@$(PIP_INSTALL) -c constraints.txt -e '.[test]'
	@touch $@

$(VENV)/.bench: $(VENV)/.test
	@$(PIP_INSTALL) -c constraints.txt -e '.[test,bench]'
	@touch $@

# Qt needs a few libraries of the system. As root on a machine with apt they are installed here;
# elsewhere one sentence names them. SLEEPSCOPE_NO_APT=1 only ever names them.
system: setup
	@missing=$$($(BIN)/python -m sleepscope.app.system_libraries --debian-packages); \
	if [ -n "$$missing" ]; then \
	    if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && [ -z "$$SLEEPSCOPE_NO_APT" ]; then \
	        echo "Installing the system libraries Qt needs: $$missing"; \
	        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	    else $(BIN)/python -m sleepscope.app.system_libraries; fi; fi

# The bundled demo night, made again from its seed.
demo-night: setup
	$(BIN)/python -m sleepscope.simulate.demo_night --out resources/demo

clean:
	rm -rf $(VENV) build dist *.egg-info .ruff_cache .mypy_cache
