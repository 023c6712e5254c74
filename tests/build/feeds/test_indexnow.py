"""IndexNow: 더해지고 바뀌고 사라진 것만, 만 주소씩 (PUBLISHING 1.2, 1.4)."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from build.feeds.indexnow import News, announced, payloads
from kb.entry import Status
from tests.build.data.conftest import 누리집, 안내들
from tests.conftest import 여권

길들 = st.dictionaries(st.sampled_from([f"/faq/k{n}" for n in range(8)]), st.sampled_from(["1", "2"]))


def test_더해진_것과_바뀐_것과_내린_것을_알린다(작은_누리집):
    새_누리집 = 작은_누리집.after(
        [
            replace(여권, body="새 글.\n"),
            replace(여권, id="k77", title="새 안내"),
            replace(안내들[2], status=Status.RETIRED, gone=True),
        ],
        head="",
    )

    assert News.between(announced(작은_누리집), announced(새_누리집)) == News(
        added=("/faq/k77",), changed=("/faq/k1",), deleted=("/faq/p3",)
    )


def test_바뀐_것이_없으면_알릴_것도_없다(작은_누리집):
    assert not News.between(announced(작은_누리집), announced(누리집(안내들)))


def test_초안은_알리지_않는다(작은_누리집):
    assert set(announced(작은_누리집)) == {"/faq/f12", "/faq/k1", "/faq/p3"}


@given(길들, 길들)
def test_알린_것에_소식을_더하면_지금과_같아진다(before, now):
    news = News.between(before, now)

    assert {path for path in before if path not in news.deleted} | set(news.added) == set(now)
    assert all(before[path] == now[path] for path in set(now) - set(news.paths))
    assert len(set(news.paths)) == len(news.paths)


def test_한_번에_만_주소까지_보내고_주소는_모두_우리_것이다(작은_누리집):
    보낼_것 = list(payloads(작은_누리집, "0123456789abcdef", [f"/faq/k{n}" for n in range(25_001)]))

    assert [len(one["urlList"]) for one in 보낼_것] == [10_000, 10_000, 5_001]
    assert 보낼_것[0] | {"urlList": []} == {
        "host": "120.example.kr",
        "key": "0123456789abcdef",
        "keyLocation": "https://120.example.kr/0123456789abcdef.txt",
        "urlList": [],
    }
    assert all(url.startswith("https://120.example.kr/faq/") for one in 보낼_것 for url in one["urlList"])
    assert list(payloads(작은_누리집, "0123456789abcdef", [])) == []
