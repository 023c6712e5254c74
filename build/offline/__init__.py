"""서버 없이 찾기: 게시본의 `/search/`에 놓을 찾기 쪽, 조각 색인, 제목, 스크립트. 게시하는 법과 살아 있는 찾기는 모른다.

서버가 있으면 `/search`는 앱이 답하고 이 파일들은 쓰이지 않는다. 게시본을 그대로 복사해 `python -m http.server`로 열거나 앱이
멈췄을 때(deploy/nginx.conf) 이것으로 찾는다.
"""

from build.offline.artefact import offline_search
from build.offline.grams import grams
from build.offline.shards import Index, Shape

__all__ = ["Index", "Shape", "grams", "offline_search"]
