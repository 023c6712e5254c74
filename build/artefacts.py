"""쪽이 아닌 것을 게시본에 덧붙이는 자리: 피드, 내려받을 자료, 얼린 사이트의 찾기. 무엇이 적히는지는 만드는 쪽이 안다.

더하는 법: `Artefact(이름, 지문을 주는 함수, 쓰는 함수)`를 `Publisher`(또는 `publish_pages`)의 `artefacts`에 넣는다.
지문은 읽어 둔 내용(`Pages.contents`, 진짜 누리집에서는 `app.public.Site`)에서 나오고, 지난번과 같으면 쓰지 않고 앞 게시본의
파일을 하드링크로 가져온다. 다르면 빈 폴더에 쓰게 한 뒤, 바이트가 바뀐 파일만 새것으로 게시한다.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from build.errors import PublishFailed
from build.manifest import Made
from build.verify import files_in

Contents = Any
"""게시하는 쪽이 읽어 둔 내용. build는 그 안을 보지 않는다."""


@dataclass(frozen=True)
class Artefact:
    """덧붙이는 것 하나.

    `write`는 빈 폴더에 게시본에서의 이름 그대로(`rss.xml`, `data/faq.csv`) 쓴다. 실패하면 PublishFailed를 내고, 그러면 게시하지
    않는다. 같은 내용이면 늘 같은 바이트를 써야 한다. `late`이면 오래 걸리는 것이다: 쪽이 먼저 보이고, 앞의 것은 새것이 다 될
    때까지 그대로 있다(`Publisher.finish`).
    """

    name: str
    key: Callable[[Contents], str]
    write: Callable[[Path, Contents], None]
    late: bool = False


def made(artefact: Artefact, contents: Contents, folder: Path) -> dict[str, int]:
    """`folder`(새로 만든다)에 쓰게 하고, 쓴 파일들의 이름과 크기를 돌려준다."""
    folder.mkdir(parents=True)
    try:
        artefact.write(folder, contents)
    except (PublishFailed, OSError):
        raise
    except Exception as error:
        raise PublishFailed(
            f"‘{artefact.name}’을(를) 만들지 못했습니다. 지금 사이트는 그대로입니다. ({type(error).__name__}: {error})"
        ) from error
    return dict(files_in(folder))


def clashes(made: Mapping[str, Made], pages: Iterable[str]) -> list[str]:
    """같은 파일을 둘이 만들었으면 그 문장들. `pages`는 쪽의 파일들."""
    if not made:
        return []
    owner = dict.fromkeys(pages, "쪽")
    found = []
    for name, one in made.items():
        for file in one.files:
            if file in owner:
                found.append(f"‘{file}’ 파일을 ‘{name}’와(과) {owner[file]}이(가) 함께 만듭니다.")
            owner[file] = f"‘{name}’"
    return found
