"""문자 한 통을 내보낸다. 지금은 화면이나 파일에 남기는 쌍둥이뿐이고, 보내는 회사를 정하면 같은 모양으로 더한다."""

import json
import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from app.sending.errors import Unreachable


class Sms(Protocol):
    """문자를 내보내는 것."""

    def send(self, to: str, text: str, *, name: str) -> None:
        """`to`(+8210…)에 90바이트까지의 글을 보낸다. `name`은 다시 보내도 같은 이름. 오류는 app.sending.errors."""


@dataclass(frozen=True)
class ConsoleSms:
    """화면에 보인다."""

    def send(self, to: str, text: str, *, name: str) -> None:
        """한 줄로 보인다."""
        sys.stdout.write(f"[문자 {name}] {to}: {text}\n")
        sys.stdout.flush()


@dataclass(frozen=True)
class FileSms:
    """파일에 한 줄씩 덧붙인다."""

    path: Path

    def send(self, to: str, text: str, *, name: str) -> None:
        """덧붙인다. 쓸 수 없으면 Unreachable."""
        line = json.dumps(
            {"at": datetime.now(UTC).isoformat(timespec="seconds"), "name": name, "to": to, "text": text},
            ensure_ascii=False,
        )
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            opened = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(opened, "a", encoding="utf-8") as file:
                file.write(f"{line}\n")
        except OSError as error:
            raise Unreachable(f"문자를 파일로 남기지 못했습니다({error.strerror}).") from error
