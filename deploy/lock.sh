#!/bin/sh
# 판과 해시를 고정한다. 잠금 파일에는 어느 저장소의 주소도 남기지 않는다. $1은 uv.
set -eu
options="--quiet --generate-hashes --python-version 3.11 --no-header --no-annotate --no-emit-package open120"
"$1" pip compile $options -o requirements.lock pyproject.toml
"$1" pip compile $options --extra test -c requirements.lock -o requirements-test.lock pyproject.toml
"$1" pip compile $options --extra semantic -c requirements.lock -o requirements-semantic.lock pyproject.toml
