"""상담 지식: 항목, 저장소, 역사, 한국어 분석, 색인, 검색. 웹과 데이터베이스는 모른다."""

import os

# Before numpy is loaded: a product of 4,096 rows gains nothing from more threads and, when several searches run at once,
# they wait for each other (measured: 14 ms instead of 2 ms a search on two busy cores).
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
