"""한 판의 사람이 읽는 글: README와 이용 조건. 파일을 어떻게 쓰는지는 모른다."""

import datetime as dt
from collections.abc import Sequence

from app.public import Site
from build.data.fields import FIELDS
from build.data.files import Written
from build.data.package import OURS
from build.data.tables import licences, origins
from kb.licences import licence


def readme(site: Site, *, version: str, moment: dt.datetime, written: Sequence[Written]) -> str:
    """README.md의 글."""
    where = site.settings.url(f"/data/{version}/")
    listed = "\n".join(f"| `{one.file.name}` | {one.file.about} | {one.bytes:,} |" for one in written)
    columns = "\n".join(f"| `{field.name}` | {field.title} | {field.about} |" for field in FIELDS)
    return f"""\
# {site.settings.name} 안내, {version}판

{site.settings.about}

공개 안내 {len(site.entries):,}개, {moment:%Y-%m-%d}까지 고친 글입니다. 이 판의 파일은 바뀌지 않습니다. 가장 새 판은 {site.settings.url("/data")} 에 있습니다.

## 파일

| 파일 | 무엇 | 바이트 |
|---|---|---:|
{listed}

내려받은 것이 온전한지는 `sha256sum -c SHA256SUMS`로 봅니다. 같은 내용에서 다시 만들면 바이트까지 같습니다.

## 쓰는 법

```sh
curl -O {where}faq.csv
```

```python
import json
안내들 = [json.loads(줄) for 줄 in open("faq.jsonl", encoding="utf-8")]
```

```sql
-- sqlite3 faq.sqlite: 세 글자부터는 전문 검색, 두 글자는 LIKE
SELECT entry.id, entry.title FROM search JOIN entry ON entry.rowid = search.rowid
WHERE search MATCH '재발급' ORDER BY rank LIMIT 10;
SELECT id, title FROM entry WHERE title LIKE '%여권%';
```

## 칸

| 이름 | 한글 | 뜻 |
|---|---|---|
{columns}

- CSV와 SQLite에서 목록(`districts`, `audience`, `tags`)은 JSON 배열, `facts`는 JSON 객체인 글입니다. 빈 칸은 모르거나 없는 것입니다.
- CSV와 엑셀에서 `=`, `+`, `-`, `@`, 탭, 줄바꿈으로 시작하는 글 앞에는 작은따옴표(`'`)가 하나 더 붙습니다. 표 계산 프로그램이 계산식으로
  실행하지 않게 하려는 것입니다. 프로그램으로 읽을 때는 JSON Lines를 쓰거나 그 하나를 떼어 내세요.
- 엑셀의 날짜와 시각은 서울의 것입니다. 한 칸에 다 들어가지 않는 긴 글은 잘리고, 잘렸다고 적혀 있습니다.
- 예전에 받은 자료를 맞추려면 `changes.jsonl`을 앞에서부터 읽으며, 받은 뒤의 것만 따라 하세요: `published`는 그 번호를 새로 읽고,
  `merged`와 `removed`는 그 번호를 지웁니다.

이용 조건은 `LICENCE.txt`와 안내마다의 `licence`에 있습니다.
"""  # noqa: S608 - the SQL is a sample for the reader


def licence_text(site: Site, *, version: str) -> str:
    """LICENCE.txt의 글: 우리가 쓴 부분, 출처마다의 조건, 출처를 밝히는 법."""
    entries = site.entries.values()
    counts = "\n".join(
        f"- {licence(code)[0]} ({code}): 안내 {n:,}개{_at(licence(code)[1])}" for code, n in licences(entries)
    )
    sources = "\n".join(
        f"- {origin.name or '이름을 적지 않은 출처'}: {licence(origin.licence)[0]}, 안내 {origin.entries:,}개"
        for origin in origins(entries)
    )
    return f"""\
{site.settings.name} 안내, {version}판의 이용 조건

1. 우리가 쓰고 엮은 부분
   {OURS[0]}: {OURS[2]}
   나누고 고치고 상업에 써도 됩니다. 출처를 밝히고, 고쳤으면 고쳤다고 알려 주십시오.
   이렇게 밝힙니다: {site.settings.name}, {version}판, {site.settings.url(f"/data/{version}/")}

2. 근거가 된 자료
   아래 자료에는 그 자료의 조건이 적용되며 1이 덮지 않습니다. 어느 안내가 어느 자료에서 왔는지는 안내마다의
   source_name, source_url, licence에 있습니다. unstated는 자료를 낸 곳이 조건을 밝힌 것을 찾지 못했다는 뜻이며,
   마음대로 써도 된다는 뜻이 아닙니다. 공공누리 자료는 낸 기관과 자료 이름을 밝히고, 그 기관이 후원하는 것처럼 보이게
   해서는 안 됩니다.

이용 조건마다
{counts}

출처마다
{sources}

3. 보증하지 않음
   글은 안내를 위한 것이며 법률 조언이 아닙니다. 실제 신청 전에 담당 기관에 확인해 주십시오.
"""


def _at(url: str) -> str:
    return f", {url}" if url else ""
