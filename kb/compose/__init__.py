"""사실 표(시설, 요금 …)에서 상담 항목을 짓는 방: 조리법(content/recipes)대로 짓고, 무엇이 달라졌는지 알린다.

rows      표의 줄과 글자 다듬기          hygiene   믿을 수 없는 줄 골라내기
crosscheck 표끼리 견주어 골라내기
places    가까운 곳, 같은 건물            recipe    조리법 읽기
pages     줄을 쪽으로 나누기              templates 틀 채우기(조사는 particles)
phrases   갈래마다의 말                  naming    이름과 주소의 말
opening   여는 때와 쉬는 날의 말          fees      값의 말
counting  여러 줄을 세고 모은 말
writing   쪽을 항목의 글로                numbers   번호 장부
composing 예전 글과 견주기                folder    폴더나 저장소에 쓰기
journal   죽어도 마저 쓰기                alike     닮은 글 재기
report    결과
"""

from kb.compose.errors import BadRecipe, BadTable, ComposeFailed, TooManyGone
from kb.compose.folder import compose_into_folder, compose_into_store
from kb.compose.report import ComposeReport, Outcome

__all__ = [
    "BadRecipe",
    "BadTable",
    "ComposeFailed",
    "ComposeReport",
    "Outcome",
    "TooManyGone",
    "compose_into_folder",
    "compose_into_store",
]
