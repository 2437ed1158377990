# All the set-up needs Python 3.11 or later and make; everything goes into .venv.
#
#   make report       run the main job, results/cca_report.pdf, and say what came out
#   make constrained  run the constrained-dynamics study: the same, with its figures one by one
#   make motifs       run the motor-motifs study: results/motif_report.pdf
#   make gains        run the gain-modulation study: results/gain_report.pdf
#   make reaching     run the reaching study: results/reaching_report.pdf
#   make sweeps       the sweeps of the config, such as CONFIG=config/examples/<one of them>
#   make smoke        all studies, small, in some minutes (in results-smoke)
#   make plan         what `make report` would cost: jobs, time, disk, longest chain (or TARGET=all)
#   make search       check the settings of FF and FFH against random ones, as a figure
#   make test         lint, types and all tests
#   make test-cluster the smoke preset on a Slurm of its own (as root, with Debian's packages)
#   make bench        speed against the plain references in tests/reference, and plans against runs
#   make lock         pin the environment anew
#   make help         these lines, and the papers that the studies reproduce

PYTHON ?= python3
CORES ?= $(shell $(PYTHON) -c "import os; print(os.cpu_count())")
CONFIG ?=
TARGET ?=
OF_CONFIG = $(if $(CONFIG),--configfile $(CONFIG))
SNAKEMAKE = .venv/bin/snakemake --cores $(CORES) $(OF_CONFIG)
ANSWER = @.venv/bin/python -m corticomotor.commands.answer

# A target each, with its folder's name.
STUDIES = $(notdir $(patsubst %/study.py,%,$(wildcard workflow/corticomotor/studies/*/study.py)))

.PHONY: report $(STUDIES) gains sweeps smoke plan search test test-cluster bench lint settings lock \
	help clean readable-config

report: readable-config
	$(SNAKEMAKE) -- results/cca_report.pdf
	$(ANSWER) results --study constrained $(OF_CONFIG)

$(STUDIES): readable-config
	$(SNAKEMAKE) -- $@
	$(ANSWER) results --study $@ $(OF_CONFIG)

gains: gain_modulation

smoke: .venv/ready
	mkdir -p results-smoke
	$(SNAKEMAKE) --directory results-smoke --configfile config/smoke.yaml
	$(ANSWER) results-smoke/results --configfile config/smoke.yaml

plan: readable-config
	@.venv/bin/python workflow/planning --cores $(CORES) \
		$(OF_CONFIG) $(TARGET)

sweeps: readable-config
	$(SNAKEMAKE) -- sweeps

search: readable-config
	$(SNAKEMAKE) -- results/figures/constrained/search.svg

test: lint
	.venv/bin/python -m pytest --numprocesses $(CORES) --maxprocesses 4 \
		--dist loadfile --no-loadscope-reorder

test-cluster: .venv/cluster
	.venv/bin/python -m pytest -rs tests/cluster

lint: .venv/ready
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/snakefmt --check Snakefile workflow/rules
	.venv/bin/snakemake --lint
	.venv/bin/lint-imports --no-logo
	.venv/bin/python -m corticomotor.commands.settings --check

bench: .venv/ready
	.venv/bin/python tests/benchmarks/bench.py
	.venv/bin/python tests/benchmarks/plans.py

settings: .venv/ready
	.venv/bin/python -m corticomotor.commands.settings

# Snakemake answers a file that it cannot read with a traceback.
readable-config: .venv/ready
	@$(if $(CONFIG),.venv/bin/python -m corticomotor.commands.config_files $(CONFIG))

.venv/ready: envs/requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --requirement envs/requirements.lock
	.venv/bin/pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

# Apart from the rest: Snakemake imports all plugins that it finds, at every start.
.venv/cluster: .venv/ready envs/cluster.lock
	.venv/bin/pip install --quiet --no-deps --requirement envs/cluster.lock
	touch $@

# Resolves pyproject.toml in an environment of its own, so that nothing else gets pinned.
lock:
	rm -rf .venv-lock
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/pip install --quiet "torch==2.13.0" "setuptools>=80" --editable ".[dev]"
	.venv-lock/bin/pip freeze --all --exclude corticomotor --exclude pip \
		| sed "s/^\(torch==[0-9.]*\)+cpu$$/\1/" > envs/requirements.lock
	.venv-lock/bin/pip freeze --all > .venv-lock/without
	.venv-lock/bin/pip install --quiet --editable ".[cluster]"
	.venv-lock/bin/pip freeze --all | grep -vxFf .venv-lock/without > envs/cluster.lock
	$(PYTHON) envs/from_lock.py
	rm -rf .venv-lock

help: .venv/ready
	@sed -n "/^$$/q; s/^# \{0,1\}//p" Makefile
	@echo
	@.venv/bin/python -m corticomotor.commands.answer --help | sed -n "/reproduces:/,\$$p"

clean:
	rm -rf results results-smoke .snakemake
