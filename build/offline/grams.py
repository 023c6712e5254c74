"""글을 두 글자 조각으로 나눈다. `offline.js`의 grams와 한 글자도 다르지 않아야 하며, 형태소와 낱말은 모른다.

`kb.korean.bigrams`와 다른 것: 홀로 선 한 글자 낱말(‘쌀’, ‘개’)도 조각이고, 브라우저가 똑같이 할 수 있는 일만 한다.
"""

import re
from itertools import pairwise
from unicodedata import normalize

RUN = re.compile(r"[가-힣]+|[a-z0-9]+|[\u3400-\u9fff]+")
LONGEST = 40
"""로마자, 숫자, 한자의 조각은 여기서 자른다."""


def grams(text: str) -> list[str]:
    """띄어쓰기를 지운 한글에서 겹치는 두 글자씩, 로마자·숫자·한자는 통째로. 한 글자 낱말도 하나의 조각이다.

    >>> grams("쌀 배달 24시")
    ['쌀', '쌀배', '배달', '24', '시']
    """
    text = normalize("NFC", text).lower()
    found = [word for word in text.split() if len(word) == 1 and "가" <= word <= "힣"]
    for run in RUN.findall("".join(text.split())):
        if len(run) > 1 and "가" <= run[0] <= "힣":
            found += map("".join, pairwise(run))
        else:
            found.append(run[:LONGEST])
    return found
