"""서버 없이 찾기를 게시본에 덧붙이는 것(build.artefacts)으로 만든다. 파일의 꼴은 shards가, 쪽의 모양은 템플릿이 안다."""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

from app.public import Site, create_public_app
from app.public.pages import made_by
from build.artefacts import Artefact
from build.offline.shards import FOLDER, Index, Shape
from kb.terms import NO_TERMS, Terms

PAGE = f"{FOLDER}/index.html"
"""`/search?q=`를 웹 서버가 `/search/?q=`로 보내면(정적 서버는 모두 그렇다) 열리는 쪽."""

TEMPLATE = "public/offline_search.html"
HERE = Path(__file__).parent


def offline_search(terms: Callable[[], Terms] = lambda: NO_TERMS) -> Artefact:
    """서버 없이 찾기. 색인에 드는 글과 낱말 표(`terms`)가 그대로면 다시 쓰지 않는다. 쪽보다 늦게 나가도 되므로 `late`다."""
    read = terms()
    index = Index(read)

    def now() -> Index:
        nonlocal read, index
        if (words := terms()) is not read:
            read, index = words, Index(words)
        return index

    def key(site: Site) -> str:
        said = (made_by(), code(), repr(site.settings), repr(site.topics), now().key(site.entries, site.titles))
        return hashlib.sha256("\n".join(said).encode()).hexdigest()[:32]

    def write(folder: Path, site: Site) -> None:
        shape, files = now().files(site.entries, site.titles)
        for url, content in {**files, PAGE: page(site, shape).encode()}.items():
            file = folder / url.removeprefix("/")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)

    return Artefact("서버 없이 찾기", key=key, write=write, late=True)


def page(site: Site, shape: Shape) -> str:
    """찾기 쪽의 HTML. 스크립트를 끈 사람에게는 무엇을 하면 되는지 말한다."""
    template = create_public_app(site).jinja_env.get_template(TEMPLATE)
    return template.render(topics=site.topics, shape=shape)


@cache
def code() -> str:
    """이 방의 코드의 판. 실행하는 동안 바뀌지 않는다."""
    files = sorted([*HERE.glob("*.py"), *HERE.glob("*.js")])
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
