"""시험이 쓰는 작은 사실 표와 조리법."""

import csv
import datetime as dt
from pathlib import Path

from kb.compose.rows import COLUMNS

WHEN = dt.datetime(2026, 11, 24, 9, tzinfo=dt.timezone(dt.timedelta(hours=9)))
LATER = WHEN + dt.timedelta(days=30)

Given = dict[str, str]

SHELTER = """\
kind: library
topic: 문화체육관광
title: "{{ row.district }} {{ row.name | eun }} 몇 시까지 하나요?"
phone: "{{ row.phone }}"
tags: "{{ row.name }}, 도서관"
facts:
  주소: "{{ row.address }}"
  여는 때: "{{ row.hours }}"
  쉬는 날: "{{ row.detail.휴관일 }}"
body: |
  {{ row.name | eun }} {{ row.hours }}에 엽니다. 쉬는 날은 {{ row.detail.휴관일 }}입니다.

  {{ as_of }} 자료입니다. {{ row.phone }}에 물어봐 주십시오.
"""
TOILETS = """\
kind: public_toilet
topic: 환경청소
group: ["row.district", "row.dong"]
rest: ["row.district"]
min_rows: 2
max_rows: 4
title: "{{ row.district }} {% if is_rest %}여러 동{% else %}{{ group[1] }}{% endif %}의 공중화장실은 어디인가요?{% if parts %} ({{ part }}/{{ parts }}){% endif %}"
tags: "{{ row.district }}, 공중화장실"
body: |
  화장실은 {{ every | length }}곳입니다.

  | 이름 | 주소 |
  |---|---|
  {% for one in rows %}
  | {{ one.name }} | {{ one.address | street }} |
  {% endfor %}
"""


def library(name: str = "못골도서관", **given: str) -> Given:
    """도서관 한 줄."""
    values = {
        "kind": "library",
        "name": name,
        "district": "강남구",
        "address": "서울특별시 강남구 자곡로 116",
        "phone": "02-459-5522",
        "hours": "평일 09:00~22:00",
        "detail": "구분=공공도서관; 휴관일=매주 화요일; 기준일=2026-03-02",
        "source": "서울시 / 공공도서관 현황 / 2026-03 내려받음",
    }
    return values | given


def toilet(name: str, dong: str = "역삼동", **given: str) -> Given:
    """공중화장실 한 줄."""
    values = {
        "kind": "public_toilet",
        "name": name,
        "district": "강남구",
        "dong": dong,
        "address": f"서울특별시 강남구 테헤란로 {len(name)}{ord(name[-1]) % 90}",
        "source": "서울시 / 공중화장실 위치정보 / 2025-06 내려받음",
    }
    return values | given


def write_table(folder: Path, kind: str, rows: list[Given]) -> Path:
    """표 하나를 쓰고 그 길을 돌려준다."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{kind}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path
