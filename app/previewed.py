"""고친 글을 공개 쪽과 같은 템플릿으로 그린다. 누가 왜 미리 보는지는 모른다."""

from app.public.pages import entry_page
from app.public.views import current_site, drawn
from kb.entry import Entry

MARK = "<title>"


def as_public(entry: Entry) -> str:
    """그 글이 실리면 시민이 볼 쪽. 제목에만 미리 보기라고 적는다. 게시 중인 글이어야 한다."""
    site = current_site()
    html = drawn(entry_page(site.after([entry], head=site.head), entry))
    return html.replace(MARK, f"{MARK}미리 보기: ", 1)
