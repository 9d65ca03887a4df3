# Two commands: `make demo` and `make test`. The others serve them.
PY := .venv/bin/python
LOCK := uv pip compile --generate-hashes --no-emit-index-url --python-version 3.11 --universal --quiet
# makemigrations looks for a database only to warn that it found none; the models are compared without one.
NO_DATABASE := DEBUG=1 SECRET_KEY=check $(PY) -W ignore::RuntimeWarning manage.py

.PHONY: help demo test check fix lock clean ready-demo ready-test assets

help: ## What there is
	@grep -hE '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 10

demo: ready-demo ## Start everything with generated people; CLIENTS=40 SEED=1 PORT=8000; Ctrl-C stops it
	@$(PY) manage.py demo $(if $(CLIENTS),--clients $(CLIENTS)) $(if $(SEED),--seed $(SEED)) $(if $(PORT),--port $(PORT))

test: ready-test assets check ## All that CI runs: the checks and the whole suite; two files at a time; ARGS="-k word" narrows it
	@env -u PYTHONDONTWRITEBYTECODE $(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

check: ready-test ## ruff, ruff format, mypy, djlint, migrations up to date
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy .
	$(PY) -m djlint . --check
	$(PY) -m djlint . --lint
	$(NO_DATABASE) makemigrations --check --dry-run --skip-checks

fix: ready-test ## Mend what the checks can mend by themselves
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .
	$(PY) -m djlint . --reformat --quiet
	$(PY) scripts/conformity.py

lock: ## New lock files from requirements*.in and package.json (needs uv)
	$(LOCK) requirements.in -o requirements.txt
	$(LOCK) requirements-dev.in -o requirements-dev.txt

clean: ## Remove what was made here: demo data and keys, build, caches; .venv stays
	@if [ -x $(PY) ]; then $(PY) -m demo.embedded destroy; fi
	rm -rf build node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis

assets: ready-test
	@$(PY) scripts/build_assets.py

ready-demo:
	@bin/bootstrap demo

ready-test:
	@bin/bootstrap test
