"""찾기 시험에 나오는 상담 항목들. 시험은 여기 없다."""

from datetime import datetime

from kb.entry import SEOUL, Entry, Status


def 글(
    id: str, title: str, body: str = "", *, topic: str = "시정일반", districts: tuple[str, ...] = (), **rest
) -> Entry:
    return Entry(
        id=id, title=title, topic=topic, districts=districts, body=body,
        updated=datetime(2026, 3, 2, 10, 20, tzinfo=SEOUL), **rest,
    )  # fmt: skip


글들 = [
    글(
        "k1",
        "여권을 잃어버렸어요. 어떻게 다시 만드나요?",
        "가까운 구청에 **분실 신고**를 하고 재발급을 신청합니다.",
        topic="민원행정",
    ),
    글(
        "k2",
        "여권 재발급 수수료",
        "복수 여권은 5만 원입니다.",
        topic="민원행정",
        facts={"구비서류": "신분증과 사진 한 장"},
    ),
    글("k3", "주민등록등본 발급", "정부24에서 무료로 뗄 수 있습니다.", topic="민원행정", tags=("등본", "초본")),
    글("k4", "거주자우선주차 신청", "강남구 도시관리공단에 신청합니다.", topic="교통", districts=("강남구",)),
    글("k5", "거주자우선주차 신청", "강북구 도시관리공단에 신청합니다.", topic="교통", districts=("강북구",)),
    글("k6", "거주자우선주차란 무엇인가요", "사는 곳 가까이에 차를 세우는 제도입니다.", topic="교통"),
    글("k7", "따릉이 이용 요금", "1시간에 천 원입니다.", topic="교통"),
    글("k8", "대형폐기물 버리기", "주민센터에서 스티커를 사서 붙입니다.", topic="환경"),
    글("k9", "전봇대를 옮겨 주세요", "한국전력 123으로 전화합니다.", topic="건설"),
    글("k10", "KTX 표 사기", "코레일 누리집에서 삽니다.", topic="교통"),
    글("k11", "쌀 나눔 신청", "동주민센터에 신청합니다.", topic="복지", department="복지정책과"),
    글("k12", "아직 다듬는 여권 안내", "초안입니다.", status=Status.DRAFT),
    글("k13", "없어진 여권 제도", "옛 안내입니다.", status=Status.RETIRED, gone=True),
]
