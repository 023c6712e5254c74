"""주제마다의 공유 그림(og:image)을 app/static/share에 그린다: `python docs/share_images.py`. 글꼴은 나눔스퀘어라운드.

그림은 저장소에 함께 둔다: 게시할 때 브라우저나 글꼴이 필요하지 않고, 같은 그림은 늘 같은 바이트다. 주제의 이름이 바뀌면 다시 그린다.
"""

import shutil
from html import escape
from pathlib import Path

from playwright.sync_api import ViewportSize, sync_playwright

from kb.topics import Topics

ROOT = Path(__file__).resolve().parents[1]
SHARE = ROOT / "app" / "static" / "share"
SIZE = ViewportSize(width=1200, height=630)
"""그리는 크기. 저장하는 그림은 그 반(600×315)이다: 네이버의 조건(150×150보다 크고 5,000바이트 이상, 긴 쪽이 3배 이하)을 지킨다 (PUBLISHING 1.2)."""

PAGE = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; width: 1200px; height: 630px; box-sizing: border-box; padding: 80px; background: #0b5563; color: #fff;
  font-family: NanumSquareRound, sans-serif; display: flex; flex-direction: column; justify-content: space-between; word-break: keep-all; }}
h1 {{ font-size: {size}px; line-height: 1.2; margin: 0 0 28px; }} p {{ font-size: 38px; line-height: 1.5; margin: 0; color: #cfe7ea; }}
div {{ display: flex; align-items: center; gap: 20px; font-size: 40px; font-weight: 700; }}
small {{ margin-left: auto; font-size: 30px; font-weight: 400; color: #cfe7ea; }}
</style><main><h1>{name}</h1><p>{about}</p></main>
<div><svg viewBox="0 0 32 32" width="64" height="64"><path fill="#fff" d="M6 3h20a4 4 0 0 1 4 4v13a4 4 0 0 1-4 4H15l-7 6v-6H6a4 4 0 0 1-4-4V7a4 4 0 0 1 4-4z"/>
<path d="M9 11h14M9 17h8" stroke="#0b5563" stroke-width="2.5" stroke-linecap="round"/></svg>오픈 120<small>서울시 120 상담 자료를 다시 엮은 독립 사이트</small></div>"""


def main() -> None:
    """모든 주제의 그림과, 주제가 없는 쪽의 그림(site.png)을 그린다."""
    shown = {topic.id: (topic.name, topic.about) for topic in Topics.from_file(ROOT / "content" / "topics.yml")}
    shown["site"] = ("무엇이 궁금하세요?", "여권, 쓰레기, 세금, 복지. 평소 쓰는 말로 물어보세요.")
    SHARE.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport=SIZE, device_scale_factor=0.5)
        for id, (name, about) in shown.items():
            page.set_content(PAGE.format(name=escape(name), about=escape(about), size=84 if len(name) > 8 else 108))
            page.screenshot(path=SHARE / f"{id}.png")
        browser.close()


if __name__ == "__main__":
    main()
