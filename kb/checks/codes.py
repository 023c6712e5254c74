"""걸릴 수 있는 것의 목록: 이름, 무게, 고치는 길. 규칙이 어떻게 찾는지는 모른다."""

from typing import NamedTuple

from kb.checks.finding import Severity

NO_ANSWER = "no_answer"
STUB_ANSWER = "stub_answer"
EDITOR_RESIDUE = "editor_residue"
RESIDENT_NUMBER = "resident_number"
PERSONAL_DATA = "personal_data"
STAFF_NAME = "staff_name"
FONT_RESIDUE = "font_residue"
ESCAPED_ENTITY = "escaped_entity"
LOST_NUMBER = "lost_number"
SHORT_ANSWER = "short_answer"
CLOSING_TITLE = "closing_title"
DATED_TITLE = "dated_title"
OLD_OFFICE = "old_office"
ONE_DISTRICT = "one_district"
SAME_TITLE = "same_title"
SAME_ANSWER = "same_answer"
NEAR_DUPLICATE = "near_duplicate"
DEAD_LINK = "dead_link"
NO_SOURCE = "no_source"
OVERDUE = "overdue"
EXPIRED = "expired"
NEVER_CHECKED = "never_checked"
BAD_PHONE = "bad_phone"
LONG_SENTENCES = "long_sentences"
ODD_FACT = "odd_fact"


class Code(NamedTuple):
    """갈래 하나. `name`은 화면의 이름, `hint`는 고치는 길."""

    severity: Severity
    name: str
    hint: str


CODES: dict[str, Code] = {
    RESIDENT_NUMBER: Code(Severity.ERROR, "주민등록번호", "번호를 지우고, 예시라면 ‘000000-0000000’처럼 적으세요."),
    PERSONAL_DATA: Code(Severity.ERROR, "개인정보", "기관의 대표 번호로 바꾸거나 지우세요. 기관 번호라면 phone 칸에 적으세요."),
    NO_ANSWER: Code(Severity.ERROR, "답 없음", "원문을 찾아 답을 쓰거나, 답이 없으면 글을 내리세요."),
    STUB_ANSWER: Code(Severity.ERROR, "답을 미룸", "그 구나 부서에 확인해 답을 쓰거나, 물을 곳의 전화로 안내하세요."),
    EDITOR_RESIDUE: Code(Severity.ERROR, "편집 찌꺼기", "제목과 본문을 다시 쓰거나 글을 내리세요."),
    DEAD_LINK: Code(Severity.WARNING, "끊긴 링크", "지금 있는 안내의 번호로 바꾸거나 링크를 푸세요."),
    STAFF_NAME: Code(Severity.WARNING, "사람 이름", "이름을 지우고 부서와 대표 전화만 남기세요. 맡은 사람은 바뀝니다."),
    FONT_RESIDUE: Code(Severity.WARNING, "글꼴 찌꺼기", "글꼴 이름을 지우고, 그 자리에 빠진 글이 없는지 원문과 견주세요."),
    ESCAPED_ENTITY: Code(Severity.WARNING, "깨진 기호", "&amp;amp; 같은 글자를 본래의 기호(따옴표 따위)로 바꾸세요. 홀로 선 &는 ‘와’로 적으세요."),
    CLOSING_TITLE: Code(Severity.WARNING, "끝났다는 제목", "끝난 일이면 글을 내리고(retired) 대신할 안내로 이으세요."),
    OLD_OFFICE: Code(Severity.WARNING, "없어진 기관", "지금 기관의 이름으로 바꾸고, 전화와 주소도 함께 확인하세요."),
    ONE_DISTRICT: Code(Severity.WARNING, "한 구의 답", "제목에 구 이름을 넣거나 districts에 그 구를 적으세요. 모든 구에 맞는 답이면 구 이름을 빼세요."),
    SAME_TITLE: Code(Severity.WARNING, "같은 제목", "하나로 합치고 나머지는 그 글로 보내거나(redirect_to), 제목을 서로 다르게 쓰세요."),
    SAME_ANSWER: Code(Severity.WARNING, "같은 답", "하나로 합치고 나머지는 그 글로 보내세요(redirect_to)."),
    NEAR_DUPLICATE: Code(Severity.WARNING, "거의 같은 글", "나란히 놓고 보고, 같은 말이면 하나로 합치세요."),
    NO_SOURCE: Code(Severity.WARNING, "출처 없음", "source에 법 조문이나 자료의 이름을 적으세요."),
    OVERDUE: Code(Severity.WARNING, "살필 날이 지남", "원문과 견주어 보고 checked와 review_by를 새로 적으세요."),
    EXPIRED: Code(Severity.WARNING, "기간이 지남", "기간이 끝났으면 글을 내리고, 아니면 valid를 고치세요."),
    BAD_PHONE: Code(Severity.WARNING, "이상한 전화번호", "기관의 누리집에서 번호를 다시 확인하세요."),
    ODD_FACT: Code(Severity.WARNING, "낯선 항목 이름", "매뉴얼의 이름(접수처, 신청방법 …)으로 바꾸거나 본문에 쓰세요."),
    LOST_NUMBER: Code(Severity.NOTE, "숫자가 빠짐", "원문에서 숫자를 찾아 채우세요."),
    SHORT_ANSWER: Code(Severity.NOTE, "짧은 답", "물은 사람이 다음에 할 일(어디서, 어떻게)까지 적으세요."),
    DATED_TITLE: Code(Severity.NOTE, "날짜 박힌 제목", "지금도 맞는지 보고, 해를 제목에서 빼거나 글을 내리세요."),
    NEVER_CHECKED: Code(Severity.NOTE, "확인한 적 없음", "원문과 견주어 보고 checked에 본 날을 적으세요."),
    LONG_SENTENCES: Code(Severity.NOTE, "긴 문장", "한 문장에 한 가지만 쓰고 목록으로 나누세요."),
}  # fmt: skip
"""무거운 것부터. DOMAIN SE-22와 SE-23, issue 3에서 왔다."""
