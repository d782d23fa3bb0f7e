# The two commands: `make lab` opens the course, `make test` tries everything.
# `make lab ARGS="--no-browser --port=8899"` hands options on; `make lab PYTHON=python3.12` names a Python.

PYTHON ?= python3
UV_VERSION = 0.13.9
PY = .venv/bin/python

export UV_COMPILE_BYTECODE = 1

# uv's cache serves every clone on this machine; where it cannot be written, one in .venv does.
CACHE := $(shell d="$${UV_CACHE_DIR:-$${XDG_CACHE_HOME:-$$HOME/.cache}/uv}"; mkdir -p "$$d" 2>/dev/null && test -w "$$d" && echo "$$d")
export UV_CACHE_DIR := $(or $(CACHE),.venv/uv-cache)

# A stamp says that a step was finished. It carries a checksum of this folder's path: a copied or
# renamed folder is set up anew, since its .venv still points to the old one.
HERE := $(shell pwd | cksum | cut -d' ' -f1)
VENV = .venv/made-$(HERE)
LAB = .venv/lab-$(HERE)
TEST = .venv/test-$(HERE)

.PHONY: lab test lint format exercises notebooks catalogue fonts card requirements bench scale recovery reference data audit verdicts trainers

lab: $(LAB)
	@JUPYTER_CONFIG_PATH="$$PWD$${JUPYTER_CONFIG_PATH:+:$$JUPYTER_CONFIG_PATH}" $(PY) -m jupyterlab --LabApp.default_url=/lab/tree/notebooks/start.ipynb $(ARGS)

# Both halves run and report, also when the first one fails. Each process has a core to itself, so
# linear algebra on several threads would only take the core from another process. The tests start
# some hundred processes: without Python's cache each would compile the library anew.
test: $(TEST)
	@status=0; export OPENBLAS_NUM_THREADS=1; unset PYTHONDONTWRITEBYTECODE; \
	$(PY) -m pytest -n auto || status=1; \
	PYTHONWARNINGS=error::FutureWarning $(PY) -m pytest --nbval-lax --nbval-current-env -n auto --dist loadscope notebooks exercises/solutions || status=1; \
	exit $$status

# What tests/consistency/test_style.py asks for, and its repair.
lint: $(TEST)
	$(PY) -m ruff check . && $(PY) -m ruff format --check .
format: $(TEST)
	$(PY) -m ruff check --fix-only . && $(PY) -m ruff format .

# What is made from something else, and committed.
notebooks: $(TEST)
	$(PY) -m tools.execute $(ARGS)
exercises: $(TEST)
	$(PY) -m tools.exercises $(ARGS)
trainers: $(TEST)
	$(PY) -m tools.trainers
	$(PY) -m tools.sheets
	$(PY) -m tools.plans
verdicts: $(TEST)
	$(PY) -m tools.verdicts
catalogue: $(TEST)
	$(PY) -m tools.catalogue
fonts: $(TEST)
	$(PY) -m tools.fonts
card: $(TEST)
	$(PY) -m tools.card
data: $(TEST)
	$(PY) -m tools.world

# What twenty companies say of every planted truth and trap. `make audit ARGS="--group shop"`.
audit: $(TEST)
	$(PY) -m tools.audit $(ARGS)
bench: $(TEST)
	$(PY) -m benchmarks.run
	$(PY) -m benchmarks.redraw
	$(PY) -m benchmarks.own_purchases
# A hundred simulated shops for each model and setting, some minutes; `make test` tries a few.
recovery: $(TEST)
	$(PY) -m tools.recovery
reference: $(TEST)
	$(PY) -m tools.reference
# A simulated shop of ten million customers: a gigabyte of disk, some minutes.
scale: $(TEST)
	$(PY) -m tools.scale $(ARGS)

# `make requirements ARGS=--upgrade` takes newer versions. The second file holds only what tests add.
COMPILE = $(PY) -m uv pip compile --quiet --universal --custom-compile-command "make requirements" $(ARGS) pyproject.toml
requirements: $(VENV)
	$(COMPILE) --output-file requirements.txt
	$(COMPILE) --extra test --constraint requirements.txt --output-file requirements-test.txt \
	  $$(sed -n 's/^\([^ =]*\)==.*/--no-emit-package \1/p' requirements.txt | sort -u)
	sed '/^# The following packages were excluded/,$$d' requirements-test.txt > .venv/trimmed && mv .venv/trimmed requirements-test.txt

# The set-up. A stamp is touched last, so that an interrupted step is done again.
$(VENV):
	@command -v $(PYTHON) >/dev/null || { echo "This course needs Python 3.11 or newer; there is no command $(PYTHON) here. Install Python, or name yours: make lab PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit("This course needs Python 3.11 or newer; $(PYTHON) is %d.%d. Install a newer one, or name one that you have: make lab PYTHON=python3.12" % v[:2] if v < (3, 11) else 0)'
	$(PYTHON) -m venv --clear .venv
	$(PY) -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	touch $@

INSTALL = $(PY) -m uv pip install --python $(PY) --build-constraint requirements-test.txt --requirement requirements.txt
$(LAB): $(VENV) pyproject.toml requirements.txt
	$(INSTALL) --editable .
	touch $@

$(TEST): $(LAB) requirements-test.txt
	$(INSTALL) --requirement requirements-test.txt
	touch $@
