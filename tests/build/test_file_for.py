"""지금 게시본에서 주소의 파일을 찾는다: 게시본 밖은 절대 내주지 않는다."""

import pytest

from build import file_for


@pytest.mark.parametrize(
    ("주소", "파일"),
    [
        ("/", "index.html"),
        ("/faq/c1", "faq/c1.html"),
        ("/robots.txt", "robots.txt"),
        ("/404.html", "404.html"),
        ("/static/site.css", "static/site.css"),
    ],
)
def test_주소로_파일을_찾는다(누리집, 주소, 파일):
    이름 = 누리집.publish().release

    assert file_for(누리집.site, 주소) == (누리집.site / "releases" / 이름 / 파일).resolve()


@pytest.mark.parametrize(
    "주소",
    [
        "/faq/c99", "/faq", "/faq/", "/faq/c1/", "/faq/c1.html", "/index.html", "/static/", "", "faq/c1", "//faq/c1",
        "/../../../../secret.txt", "/faq/../../../../secret.txt", "/faq/..", "/./faq/c1", "/faq/%2e%2e/c1", "/..\\secret",
        "/.manifest.json", "/.manifest", "/static/.hidden.txt", "/faq/c1\0.html", "/faq/c1\0", "/" + "가" * 5000,
        "//etc/passwd", "/link.txt", "/linked/secret.txt",
    ],
)  # fmt: skip
def test_없는_주소와_게시본_밖은_찾을_수_없다(누리집, 주소):
    누리집.publish()
    (누리집.site.parent.parent / "secret.txt").write_text("비밀", "utf-8")
    (누리집.site / "current" / "static" / ".hidden.txt").write_text("비밀", "utf-8")
    (누리집.site / "current" / "link.txt").symlink_to(누리집.site.parent.parent / "secret.txt")
    (누리집.site / "current" / "linked").symlink_to(누리집.site.parent.parent)

    assert file_for(누리집.site, 주소) is None


def test_아직_게시하지_않았으면_찾을_수_없다(누리집):
    assert file_for(누리집.site, "/") is None


def test_찾아_둔_파일은_바꾼_뒤에도_읽을_수_있다(누리집):
    누리집.publish()
    옛_파일 = file_for(누리집.site, "/faq/c1")
    for 제목 in ("둘째", "셋째"):
        누리집.entries["c1"] = (제목, "")
        누리집.publish()

    assert "여권을 잃어버렸어요." in 옛_파일.read_text("utf-8")
