"""ANSWER_HTML에서 글과 표와 목록은 남고 모양과 위험한 것은 사라진다."""

import pytest

from kb.exchange.html_to_markdown import html_to_markdown
from kb.render import plain, render

본보기 = [
    ("문단", "<p>하나</p><p>둘</p>", "하나\n\n둘"),
    ("줄바꿈", "하나<br>둘<br/><br>셋", "하나  \n둘\n\n셋"),
    ("굵은 글씨", "<b> 접수 </b>는 <strong>구청<b>에서</b></strong><b><br></b>", "**접수** 는 **구청에서**"),
    ("굵은 글씨 속 줄바꿈", "<b>가<br>나</b>", "**가**  \n**나**"),
    ("제목", "<h1>큰 <b>제목</b></h1><h4>작은<br>제목</h4><h2></h2>", "## 큰 제목\n\n#### 작은 제목"),
    ("목록", "<ul><li>방문<ul><li>구청</li><li>동</li></ul></li><li>온라인</li></ul>", "- 방문\n  - 구청\n  - 동\n- 온라인"),
    ("번호 목록", "<ol start='3'><li>셋</li><li></li><li>넷</li></ol>", "3. 셋\n4. 넷"),
    ("문단 든 목록", "<ol><li><p>가</p><p>나</p></li><li>다</li></ol>", "1. 가\n\n   나\n\n2. 다"),
    ("목록 바로 아래 목록", "<ul><li>가</li><ul><li>나</li></ul></ul>", "- 가\n  - 나"),
    ("링크", '<a href="https://a.go.kr/x?y=1&amp;z=2">안내</a>', "[안내](https://a.go.kr/x?y=1&z=2)"),
    ("전화와 메일 링크", '<a href="tel:02-120">120</a> <a href="mailto:a@b.go.kr">메일</a>', "[120](tel:02-120) [메일](mailto:a@b.go.kr)"),
    ("괄호와 빈칸 든 링크", '<a href="http://a.kr/b c(d)">가[나]</a>', r"[가\[나\]](http://a.kr/b%20c%28d%29)"),
    ("나쁜 링크", '<a href="javascript:alert(1)">글</a><a href="/in">안</a><a href="http://a.kr"></a>', "글안"),
    ("숨긴 링크", '<a href=" java&#10;script:alert(1)">글</a>', "글"),
    ("그림", '<img src="http://x.kr/a.png" alt="신청서 예시"><img alt="image01.jpg"><img src=b>', "(그림: 신청서 예시)"),
    ("지운 글", "수수료 <s>5천원</s> 만원", "수수료 (지운 글: 5천원) 만원"),
    ("모양과 스크립트", "<style>p{}</style><script>x</script><!-- 주석 --><font face='돋움' color=red>글</font><iframe>안</iframe>", "글"),
    ("Word가 남긴 것", "<!--[if gte mso 9]><xml><w:x>1</w:x></xml><![endif]--><p class=MsoNormal>글<o:p>&nbsp;</o:p></p>", "글"),
    ("안 보이는 글", "보임<span style='DISPLAY : none'>숨음</span><span style='mso-hide:all'>숨음</span>", "보임"),
    ("빈칸들", "<p>&nbsp;\u3000</p><p>가&nbsp;&nbsp;나\n  다\u200b</p>", "가 나 다"),
    ("글인 기호", "<p># 샵</p><p>1. 하나</p><p>- 줄 *별* &lt;b&gt;</p>", "\\# 샵\n\n1\\. 하나\n\n\\- 줄 \\*별\\* \\<b>"),
    ("한 칸 표는 짜임새", "<table><tr><td><p>가</p><p>나</p></td></tr></table>", "가\n\n나"),
    ("한 줄기 표도 짜임새", "<table><tr><td>가</td></tr><tr><td>나</td></tr></table>", "가\n\n나"),
    ("표 든 표도 짜임새", "<table><tr><td><table><tr><th>가</th><th>나</th></tr><tr><td>1</td><td>2</td></tr></table></td><td>곁</td></tr></table>",
     "| 가 | 나 |\n| --- | --- |\n| 1 | 2 |\n\n곁"),
    ("제목 줄 있는 표", "<table><thead><tr><th>가</th><th>나</th></tr></thead><tr><td>1</td><td>2|3</td></tr></table>",
     "| 가 | 나 |\n| --- | --- |\n| 1 | 2\\|3 |"),
    ("제목 줄 없는 표", "<table><tr><td>접수처</td><td>구청<br>2층</td></tr><tr><td>기한</td><td>3일</td></tr></table>",
     "| | |\n| --- | --- |\n| 접수처 | 구청 2층 |\n| 기한 | 3일 |"),
    ("굵은 첫 줄은 제목 줄", "<table><tr><td><b>가</b></td><td><b>나</b></td></tr><tr><td>1</td><td>2</td></tr></table>",
     "| 가 | 나 |\n| --- | --- |\n| 1 | 2 |"),
    ("합친 칸", "<table><tr><th rowspan=2>구분</th><th colspan=2>수수료</th></tr><tr><th>성인</th><th>아동</th></tr>"
     "<tr><td rowspan=2>여권</td><td>5만</td><td>3만</td></tr><tr><td>4만</td><td>2만</td></tr><tr><td colspan=3>끝</td></tr></table>",
     "| 구분 | 수수료 성인 | 수수료 아동 |\n| --- | --- | --- |\n| 여권 | 5만 | 3만 |\n| 여권 | 4만 | 2만 |\n| 끝 | | |"),
    ("빈 줄과 빈 열", "<table><tr><th>가</th><th></th><th>나</th></tr><tr><td></td><td></td><td></td></tr><tr><td>1</td><td></td><td>2</td></tr></table>",
     "| 가 | 나 |\n| --- | --- |\n| 1 | 2 |"),
    ("표 제목", "<table><caption>수수료</caption><tr><td>가</td><td>나</td></tr></table>", "수수료\n\n| | |\n| --- | --- |\n| 가 | 나 |"),
    ("터무니없는 합침", "<table><tr><td rowspan=99999 colspan=-1>가</td><td colspan=x>나</td></tr></table>", "| | |\n| --- | --- |\n| 가 | 나 |"),
    ("빈 글", "", ""),
    ("글 없는 HTML", "<div><p>&nbsp;</p><img src=x></div>", ""),
    ("맨 글", "https://a.kr/x.html", "https://a.kr/x.html"),
    ("닫지 않은 꼬리표", "<p>가<b>나<p>다", "가**나**\n\n다"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("html", "markdown"), [(html, markdown) for _, html, markdown in 본보기], ids=[이름 for 이름, *_ in 본보기]
)
def test_HTML이_깨끗한_Markdown이_된다(html: str, markdown: str) -> None:
    assert html_to_markdown(html) == markdown


def test_표와_목록은_화면에서도_표와_목록이다() -> None:
    html = render(
        html_to_markdown(
            "<table><tr><th>구분</th><th>값</th></tr><tr><td>가|나</td><td>1</td></tr></table><ol><li>가<ul><li>나</li></ul></li></ol>"
        )
    )

    assert "<td>가|나</td><td>1</td>" in html
    assert "<ol>\n<li>가<ul>\n<li>나</li>" in html


def test_위험한_글은_화면에서_글로_보일_뿐이다() -> None:
    html = render(html_to_markdown("&lt;script&gt;alert(1)&lt;/script&gt; [속임](http://evil.example) <b>**</b>"))

    assert "<script" not in html
    assert 'href="http://evil.example">속임' not in html
    assert plain(html).startswith("<script>alert(1)</script> [속임](")


@pytest.mark.parametrize(
    "조각", ["<div>", "<b>", "<ul><li>가", "<table><tr><td>", "<blockquote>", "<a href=http://a.kr>"]
)
def test_끝없이_깊은_HTML에도_넘어지지_않는다(조각: str) -> None:
    assert "끝" in html_to_markdown(조각 * 3000 + "끝")
