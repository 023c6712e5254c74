"""명령줄의 보상: 장부를 살피고, 보상을 받지 않는 연락처를 적는다."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import 결과


def test_장부를_살피고_연락처를_빼고_손댄_장부를_말한다(부르기: Callable[..., 결과], 시작한_인스턴스: Path) -> None:
    뺌 = 부르기("rewards", "exclude", "--json", input="Staff@Example.com\n").json
    assert 뺌 == {"excluded": "St***@example.com"}

    파일 = 시작한_인스턴스 / "open120.db"
    with sqlite3.connect(파일) as 열림:
        assert len(열림.execute("SELECT key FROM excluded_contact").fetchone()[0]) == 64
        assert b"example.com" not in 파일.read_bytes()
        열림.executescript(
            "PRAGMA foreign_keys = OFF;"
            "INSERT INTO reward (correction_id, revision_id, reporter_id, state, worth, points, due_at, note, made_at,"
            " row_version, granted_at) VALUES (1, 1, 1, 'granted', 5, 5, '2026-11-01', '', '2026-11-01', 1, '2026-11-01')"
        )
    열림.close()
    살핌 = 부르기("rewards", "check", "--json")
    assert (살핌.code, 살핌.json["ok"], 살핌.json["sum"]) == (1, False, 0)
    assert 살핌.json["faults"] == ["보상 1번(드림)의 장부는 기다림 0점, 드림 0점입니다."]
