"""상담 항목을 색인에 넣고 고친다. 두 엔진이 같은 약속을 지킨다."""

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from kb.entry import Status
from kb.errors import SearchUnavailable, StoreError
from kb.index import ENGINES, Token, Wanted, build_index, document_of, open_index, read_meta, update
from kb.index.document import WORTH_SHARING, documents_of, plain
from kb.index.folder import FORMAT
from kb.korean import bigrams, morphemes
from tests.kb.searched import 글, 글들

ROOT = Path(__file__).parents[2]


def 찾은_것(폴더: Path, 말: str, **조건) -> list[str]:
    조각들 = [Token("morphemes", 낱말) for 낱말 in morphemes(말)] + [
        Token("bigrams", 조각, 0.5) for 조각 in bigrams(말)
    ]
    물음 = Wanted(tokens=tuple(조각들), **조건)
    return open_index(폴더).read(lambda r: [r.document(number).id for number in r.search(물음, 10).numbers.tolist()])


@pytest.fixture(params=ENGINES)
def 엔진(request) -> str:
    return request.param


@pytest.fixture
def 폴더(tmp_path, 엔진) -> Path:
    build_index(글들, tmp_path / "index", engine=엔진, head="처음")
    return tmp_path / "index"


# --- 짓기와 찾기 ---


def test_공개된_항목만_색인에_들어간다(폴더, 엔진):
    assert read_meta(폴더).entries == open_index(폴더).read(lambda r: r.size()) == 11
    assert {"k12", "k13"}.isdisjoint(찾은_것(폴더, "여권"))


def test_지은_결과를_알려_준다(tmp_path, 엔진):
    결과 = build_index(글들, tmp_path, engine=엔진, head="abc")

    assert (결과.entries, 결과.engine, 결과.seconds > 0) == (11, 엔진, True)
    assert (read_meta(tmp_path).engine, read_meta(tmp_path).head) == (엔진, "abc")


def test_빈_색인도_지을_수_있다(tmp_path, 엔진):
    assert build_index([], tmp_path, engine=엔진).entries == 0
    assert 찾은_것(tmp_path, "여권") == []


@pytest.mark.parametrize(
    ("말", "으뜸"),
    [
        ("분실 신고", "k1"),
        ("여권 수수료", "k2"),
        ("신분증", "k2"),
        ("초본", "k3"),
        ("폐기물", "k8"),
        ("ktx", "k10"),
        ("쌀", "k11"),
        ("복지정책과", "k11"),
    ],
)
def test_제목_본문_안내_항목_꼬리표_부서로_찾는다(폴더, 말, 으뜸):
    assert 찾은_것(폴더, 말)[0] == 으뜸


def test_제목에_있는_말이_본문에_있는_말보다_앞선다(tmp_path, 엔진):
    build_index(
        [글("k1", "도서관 안내", "주차장도 있습니다."), 글("k2", "주차장 안내", "도서관도 있습니다.")],
        tmp_path,
        engine=엔진,
    )

    assert 찾은_것(tmp_path, "도서관") == ["k1", "k2"]


def test_없는_말을_찾으면_아무것도_없다(폴더):
    assert 찾은_것(폴더, "우주선") == []
    assert 찾은_것(폴더, "") == []


def test_주제로_좁힌다(폴더):
    assert set(찾은_것(폴더, "신청", topic="교통")) == {"k4", "k5"}
    assert 찾은_것(폴더, "신청", topic="없는 주제") == []


def test_자치구로_좁히면_그_구와_서울시_전체의_항목만_남는다(폴더):
    assert set(찾은_것(폴더, "거주자우선주차", district="강남구")) == {"k4", "k6"}


def test_저장한_것을_그대로_돌려준다(폴더):
    물음 = Wanted(tokens=(Token("morphemes", "거주"),), district="강남구")
    찾음 = open_index(폴더).read(lambda r: [r.document(number) for number in r.search(물음, 10).numbers.tolist()])
    넷째 = next(one for one in 찾음 if one.id == "k4")

    assert replace(document_of(글들[3]), morphemes="", bigrams="", initials="", passages=()) == 넷째


def test_무거운_조각이_점수를_더_얻는다(폴더):
    def 점수(무게: float) -> float:
        return open_index(폴더).read(
            lambda r: float(r.search(Wanted(tokens=(Token("morphemes", "쌀", 무게),)), 1).scores[0])
        )

    assert 점수(2.0) == pytest.approx(2 * 점수(1.0), rel=1e-4)


def test_두_엔진의_점수가_비슷하다(tmp_path):
    점수들, 물음 = [], Wanted(tokens=(Token("morphemes", "여권"), Token("bigrams", "재발")))
    for 이름 in ENGINES:
        build_index(글들, tmp_path / 이름, engine=이름)
        점수들.append(open_index(tmp_path / 이름).read(lambda r: r.search(물음, 3).scores.tolist()))

    assert 점수들[0] == pytest.approx(점수들[1], rel=0.05)


def test_찾는_수를_넘지_않는다(폴더):
    물음 = Wanted(tokens=(Token("bigrams", "신청"), Token("bigrams", "여권")))

    assert len(open_index(폴더).read(lambda r: r.search(물음, 2))) == 2


@pytest.mark.parametrize(
    "말", ["AND", "+여권 -재발급", "title:여권", "(((", '"', "*", "여권~2", "\\", "[a TO z]", "<script>"]
)
def test_검색_문법으로_보이는_글도_그저_글이다(폴더, 말):
    물음 = Wanted(tokens=(Token("morphemes", 말), Token("bigrams", 말)), topic=말, district=말)

    assert open_index(폴더).read(lambda r: len(r.search(물음, 5))) == 0


# --- 고치기 ---


def test_고친_항목은_바로_새_글로_찾힌다(폴더):
    update(폴더, [replace(글들[6], title="따릉이 대여료", body="한 시간에 이천 원입니다.")])

    assert 찾은_것(폴더, "대여료")[0] == "k7"
    assert 찾은_것(폴더, "요금") == []
    assert read_meta(폴더).entries == 11


def test_열어_둔_색인도_고친_것을_알아챈다(폴더):
    열어둔것 = open_index(폴더)
    update(폴더, [글("k20", "남산 케이블카")], ["k7"], head="다음")

    assert 열어둔것.read(lambda r: r.size()) == 11
    assert 열어둔것.read(lambda r: len(r.search(Wanted(tokens=(Token("morphemes", "남산"),)), 5))) == 1
    assert read_meta(폴더).head == "다음"


def test_공개에서_내린_항목은_빠진다(폴더):
    update(폴더, [replace(글들[0], status=Status.DRAFT)], ["k2"])

    assert 찾은_것(폴더, "여권") == []
    assert (read_meta(폴더).entries, read_meta(폴더).head) == (9, "처음")


def test_두_번_고쳐도_한_번_고친_것과_같다(폴더):
    for _ in range(2):
        update(폴더, [글("k20", "남산 케이블카")], ["k7", "k999"])

    assert 찾은_것(폴더, "남산") == ["k20"]
    assert read_meta(폴더).entries == 11


def test_여러_번_고쳐도_항목은_하나이고_마지막_글이_남는다(폴더):
    for n in range(12):
        update(폴더, [replace(글들[0], body=f"{n}번째로 고친 글")])

    assert read_meta(폴더).entries == 11
    assert 찾은_것(폴더, "11번째로 고친")[0] == 글들[0].id
    assert 찾은_것(폴더, "10번째로", every=True) == []


def test_색인이_없으면_고치지_못하고_무엇을_할지_말한다(tmp_path):
    with pytest.raises(SearchUnavailable, match=r"아직 색인이 없습니다.*open120 index"):
        update(tmp_path / "없는폴더", 글들)
    with pytest.raises(SearchUnavailable, match=r"아직 색인이 없습니다.*open120 index"):
        update(tmp_path, 글들)


# --- 갈아 끼우기 ---


def test_다시_지으면_한_번에_바뀌고_옛것은_지워진다(폴더, 엔진):
    열어둔것 = open_index(폴더)
    build_index([글("k1", "새 안내")], 폴더, engine=엔진)

    assert 열어둔것.read(lambda r: r.size()) == 1
    assert len([path for path in 폴더.iterdir() if path.is_dir() and not path.is_symlink()]) == 1


def test_엔진을_바꾸어_지어도_열어_둔_쪽이_따라온다(폴더, 엔진):
    열어둔것 = open_index(폴더)
    for 다음_엔진 in ENGINES:
        build_index(글들[:3], 폴더, engine=다음_엔진)
        assert 열어둔것.read(lambda r: r.size()) == 3
        assert read_meta(폴더).engine == 다음_엔진


def test_짓는_동안_고친_것도_새_색인에_들어간다(폴더, 엔진):
    def 짓는_동안_고친다():
        yield from 글들
        for 일지 in 폴더.glob("*/journal.jsonl"):
            일지.write_text('{"documents": [{"id": "k7", "쓰다 죽은', encoding="utf-8")
        update(폴더, [글("k20", "남산 케이블카"), replace(글들[6], body="그사이 고친 글")], ["k8"])
        update(폴더, [replace(글들[6], body="한 번 더 고친 글")], head="그사이")

    build_index(짓는_동안_고친다, 폴더, engine=엔진)

    assert 찾은_것(폴더, "남산") == ["k20"]
    assert 찾은_것(폴더, "폐기물") == []
    assert 찾은_것(폴더, "한 번 더 고친")[0] == "k7"
    assert (read_meta(폴더).entries, read_meta(폴더).head) == (11, "그사이")


def test_짓다가_읽지_못하는_항목을_만나면_옛_색인이_남는다(폴더, 엔진):
    def 읽다가_멈춘다():
        yield 글들[0]
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        build_index(읽다가_멈춘다, 폴더, engine=엔진)

    assert 찾은_것(폴더, "따릉이") == ["k7"]
    assert len(list(폴더.glob(f"{엔진}-*"))) == 1


짓다가_죽는_프로그램 = """
import sys, time
from pathlib import Path
from kb.index import build_index
from tests.kb.searched import 글들
def 느린_글들():
    yield from 글들
    print("짓는 중", flush=True)
    time.sleep(60)
build_index(map(lambda 글: 글, 느린_글들()), Path(sys.argv[1]), engine=sys.argv[2])
"""

쓰다가_죽는_프로그램 = """
import importlib, sys, time
from pathlib import Path
from kb.index import build_index
from tests.kb.searched import 글들
엔진 = importlib.import_module("kb.index." + sys.argv[2])
원래_만들기 = 엔진.create
def 만들고_멈춘다(folder, documents):
    원래_만들기(folder, documents)
    print("짓는 중", flush=True)
    time.sleep(60)
엔진.create = 만들고_멈춘다
build_index(글들[:2], Path(sys.argv[1]), engine=sys.argv[2])
"""


@pytest.mark.parametrize("프로그램", [짓다가_죽는_프로그램, 쓰다가_죽는_프로그램])
def test_짓다가_죽어도_옛_색인을_쓰고_다음번에_깨끗이_짓는다(폴더, 엔진, 프로그램):
    일꾼 = subprocess.Popen(
        [sys.executable, "-c", 프로그램, str(폴더), 엔진], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert 일꾼.stdout.readline() == "짓는 중\n"
    일꾼.send_signal(signal.SIGKILL)
    일꾼.communicate()

    assert len(list(폴더.glob(f"{엔진}-*"))) == 2
    assert 찾은_것(폴더, "따릉이") == ["k7"]
    update(폴더, [글("k20", "남산 케이블카")])
    assert build_index(글들, 폴더, engine=엔진).entries == 11
    assert len(list(폴더.glob(f"{엔진}-*"))) == 1


찾는_프로그램 = """
import sys
from pathlib import Path
from kb.search import Searcher
찾기 = Searcher(Path(sys.argv[1]))
for 말 in sys.stdin:
    print([hit.id for hit in 찾기.search(말).hits], flush=True)
"""


def test_찾고_있는_두_프로세스가_고침과_갈아_끼움을_스스로_알아챈다(폴더, 엔진):
    일꾼들 = [
        subprocess.Popen(
            [sys.executable, "-c", 찾는_프로그램, str(폴더)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]

    def 모두에게(말: str) -> list[str]:
        for 일꾼 in 일꾼들:
            일꾼.stdin.write(말 + "\n")
            일꾼.stdin.flush()
        return [일꾼.stdout.readline().strip() for 일꾼 in 일꾼들]

    try:
        assert 모두에게("남산") == ["[]", "[]"]
        update(폴더, [글("k20", "남산 케이블카")])
        assert 모두에게("남산") == ["['k20']", "['k20']"]
        build_index(글들, 폴더, engine=엔진)
        assert 모두에게("남산") == ["[]", "[]"]
        assert 모두에게("따릉이") == ["['k7']", "['k7']"]
    finally:
        for 일꾼 in 일꾼들:
            일꾼.communicate()


def test_여러_곳에서_한꺼번에_고쳐도_하나도_잃지_않는다(폴더):
    일꾼들 = [threading.Thread(target=update, args=(폴더, [글(f"k{100 + n}", f"{n}번째 남산 안내")])) for n in range(6)]
    for 일꾼 in 일꾼들:
        일꾼.start()
    for 일꾼 in 일꾼들:
        일꾼.join()

    assert len(찾은_것(폴더, "남산")) == 6
    assert read_meta(폴더).entries == 17


def test_찾는_동안_고치고_갈아_끼워도_찾기가_끊기지_않는다(폴더, 엔진):
    열어둔것, 끝, 탈 = open_index(폴더), threading.Event(), []

    def 계속_찾는다() -> None:
        while not 끝.is_set():
            try:
                assert 열어둔것.read(
                    lambda r: [
                        r.document(number)
                        for number in r.search(Wanted(tokens=(Token("bigrams", "여권"),)), 5).numbers.tolist()
                    ]
                )
            except BaseException as error:
                탈.append(error)
                return

    일꾼들 = [threading.Thread(target=계속_찾는다) for _ in range(3)]
    for 일꾼 in 일꾼들:
        일꾼.start()
    for n in range(4):
        update(폴더, [replace(글들[6], body=f"{n}번째")])
        build_index(글들, 폴더, engine=엔진)
    끝.set()
    for 일꾼 in 일꾼들:
        일꾼.join()

    assert 탈 == []


# --- 상한 색인 ---


def test_색인이_없으면_무엇을_할지_말한다(tmp_path):
    with pytest.raises(SearchUnavailable, match=r"아직 색인이 없습니다.*`open120 index`"):
        open_index(tmp_path / "index")


def _엔진_파일들(폴더: Path) -> list[Path]:
    return [
        path for path in sorted((폴더 / "current" / "data").rglob("*")) if path.is_file() and path.stat().st_size > 16
    ]


@pytest.mark.filterwarnings("ignore:Exception ignored")  # whoosh leaves a damaged .toc open for the collector to close
@pytest.mark.parametrize("남길_몫", [0, 0.5])
def test_파일_하나만_잘려도_알아보고_다시_지으라고_말한다(폴더, 남길_몫):
    for path in _엔진_파일들(폴더):
        온전한_것 = path.read_bytes()
        path.write_bytes(온전한_것[: int(len(온전한_것) * 남길_몫)])

        with pytest.raises(SearchUnavailable, match=r"상했습니다.*`open120 index`"):
            찾은_것(폴더, "여권")
        path.write_bytes(온전한_것)

    assert 찾은_것(폴더, "따릉이") == ["k7"]


def test_파일이_사라진_색인은_알아본다(폴더):
    for path in _엔진_파일들(폴더):
        path.unlink()

    with pytest.raises(SearchUnavailable, match="상했습니다"):
        찾은_것(폴더, "여권")


@pytest.mark.parametrize("글자", ["", "{", "[]", "null", f'{{"format": {FORMAT}}}', "\x00" * 50])
def test_상한_meta는_알아본다(폴더, 글자):
    (폴더 / "current" / "meta.json").write_text(글자, encoding="utf-8")

    with pytest.raises(SearchUnavailable, match="상했습니다"):
        open_index(폴더)
    with pytest.raises(SearchUnavailable, match="상했습니다"):
        update(폴더, 글들)


def test_옛_형식의_색인은_열지_않는다(폴더):
    meta = 폴더 / "current" / "meta.json"
    meta.write_text(json.dumps(json.loads(meta.read_text(encoding="utf-8")) | {"format": 0}), encoding="utf-8")

    with pytest.raises(SearchUnavailable, match="형식이 옛것"):
        open_index(폴더)


def test_상한_색인_위에_다시_지으면_낫는다(폴더, 엔진):
    for path in _엔진_파일들(폴더):
        os.truncate(path, 0)
    (폴더 / "current" / "meta.json").unlink()

    build_index(글들, 폴더, engine=엔진)

    assert 찾은_것(폴더, "따릉이") == ["k7"]


def test_쓸_수_없는_폴더면_한_문장으로_말한다(tmp_path, 엔진):
    (tmp_path / "파일").write_text("")

    with pytest.raises(StoreError, match="색인 폴더에 쓰지 못했습니다"):
        build_index(글들, tmp_path / "파일" / "index", engine=엔진)


def test_모르는_엔진은_한_문장으로_말한다(tmp_path):
    with pytest.raises(SearchUnavailable, match=r"‘lucene’.*없습니다"):
        build_index(글들, tmp_path, engine="lucene")


# --- 무엇을 넣는가 ---


def test_여럿이_나누어_분석해도_빠지거나_달라지는_글이_없다():
    많은_글 = [
        글(f"k{n}", f"{n}번 버스 노선", f"{n}번 버스는 {n % 7}분마다 옵니다.") for n in range(1, WORTH_SHARING + 50)
    ]

    나눈, 혼자 = (sorted(documents_of(많은_글, processes=수), key=lambda one: one.id) for 수 in (3, 1))
    assert 나눈 == 혼자


def test_꾸밈_기호를_걷어_낸다():
    assert plain(
        "# 제목\n\n- **굵게** [누리집](https://a.kr)\n\n| 가 | 나 |\n|---|:--|\n| 1 | 2 |\n\n1. `하나` \\*별\n"
    ) == ("제목\n굵게 누리집\n가  나\n1  2\n하나 *별")
