"""서울의 스물다섯 자치구 이름(DOMAIN 7). 어느 글이 어느 구의 것인지는 모른다."""

DISTRICTS = (
    "종로구", "중구", "용산구", "성동구", "광진구", "동대문구", "중랑구", "성북구", "강북구", "도봉구", "노원구", "은평구", "서대문구",
    "마포구", "양천구", "강서구", "구로구", "금천구", "영등포구", "동작구", "관악구", "서초구", "강남구", "송파구", "강동구",
)  # fmt: skip
"""공식 이름, 행정표준코드 차례."""

SLUGS = dict(
    zip(
        DISTRICTS,
        (
            "jongno", "jung", "yongsan", "seongdong", "gwangjin", "dongdaemun", "jungnang", "seongbuk", "gangbuk",
            "dobong", "nowon", "eunpyeong", "seodaemun", "mapo", "yangcheon", "gangseo", "guro", "geumcheon",
            "yeongdeungpo", "dongjak", "gwanak", "seocho", "gangnam", "songpa", "gangdong",
        ),
        strict=True,
    )
)  # fmt: skip
"""주소에 쓰는 로마자 이름 (PUBLISHING 3)."""
