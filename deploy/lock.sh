#!/bin/sh
# 판과 해시를 고정한다. 잠금 파일에는 어느 저장소의 주소도 남기지 않는다.
set -eu
options="--quiet --generate-hashes --allow-unsafe --strip-extras --no-header --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-annotate"
$1 -P -m piptools compile $options -o requirements.lock pyproject.toml
$1 -P -m piptools compile $options --extra test -c requirements.lock -o requirements-test.lock pyproject.toml
