"""실행 중의 모든 상태가 사는 인스턴스 폴더. 무엇이 어디 있는지만 알고, 열고 쓰는 일은 각 방이 한다."""

import contextlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from kb import git
from kb.store import EntryStore

SOURCE = Path(__file__).parent.parent
"""이 프로그램의 폴더. 배포본 content/가 여기 있다."""


@dataclass(frozen=True)
class Instance:
    """인스턴스 폴더. content/와 데이터베이스만 지키면 나머지는 다시 만들 수 있다 (DESIGN, The rooms)."""

    root: Path

    @classmethod
    def at(cls, root: Path | str | None = None) -> Self:
        """주어진 폴더, 없으면 `OPEN120_INSTANCE`, 그것도 없으면 프로그램 폴더의 instance/."""
        return cls(Path(root or os.environ.get("OPEN120_INSTANCE") or SOURCE / "instance").absolute())

    @property
    def content(self) -> Path:
        """상담 항목의 git 저장소."""
        return self.root / "content"

    @property
    def shipped(self) -> Path:
        """채우고 합칠 배포본: `OPEN120_CONTENT`, 없으면 이 프로그램의 content/."""
        return Path(os.environ.get("OPEN120_CONTENT") or SOURCE / "content")

    @property
    def index(self) -> Path:
        """검색 색인."""
        return self.root / "index"

    @property
    def vectors(self) -> Path:
        """셈해 둔 뜻의 벡터."""
        return self.root / "vectors"

    @property
    def site(self) -> Path:
        """게시한 누리집: releases/와 current."""
        return self.root / "site"

    @property
    def bodies(self) -> Path:
        """그려 둔 본문."""
        return self.root / "bodies.db"

    @property
    def firsts(self) -> Path:
        """안내마다 처음 공개된 때: 역사에서 읽어 둔 것."""
        return self.root / "firsts.json"

    @property
    def search_keys(self) -> Path:
        """찾은 사람의 수를 세는 30일짜리 열쇠."""
        return self.root / "search_keys"

    @property
    def imports(self) -> Path:
        """끊긴 가져오기를 이어서 하려고 받아 둔 것."""
        return self.root / "imports"

    @property
    def judged(self) -> Path:
        """판정된 질문을 재어 둔 것."""
        return self.root / "judged.json"

    @property
    def questions(self) -> Path:
        """판정된 질문들. 프로그램에 딸려 온다."""
        return SOURCE / "tests/search/questions.jsonl"

    @property
    def database_url(self) -> str:
        """`OPEN120_DATABASE_URL`, 없으면 이 폴더의 SQLite 파일."""
        return os.environ.get("OPEN120_DATABASE_URL") or f"sqlite:///{self.root / 'open120.db'}"

    def store(self) -> EntryStore:
        """상담 항목 저장소를 연다. `init`을 한 적이 없으면 StoreError."""
        return EntryStore(self.content)

    def prepare(self) -> None:
        """폴더를 만들고 쓸 수 있는지 본다. 못 쓰면 StoreError."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            probe = self.root / f".probe-{os.getpid()}"
            probe.write_bytes(b"open120")
            probe.unlink()
        except OSError as error:
            raise git.explain_os(error, self.root) from error

    def secret_key(self) -> bytes:
        """쿠키와 양식에 서명하는 열쇠. 처음 부를 때 만들고, 이 폴더의 주인만 읽을 수 있다."""
        path = self.root / "secret_key"
        try:
            if not path.is_file():
                fresh = path.with_suffix(f".{os.getpid()}")
                with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                    file.write(secrets.token_bytes(32))
                with contextlib.suppress(FileExistsError):
                    path.hardlink_to(fresh)  # the first of two processes wins
                fresh.unlink()
            return path.read_bytes()
        except OSError as error:
            raise git.explain_os(error, self.root) from error
