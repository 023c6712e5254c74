"""시험이 따로 띄우는 세는 이: 낱말 스무 가지를 사람 다섯이 찾은 것으로 세고, 되풀이해서 적는다.

python -m tests.app.other_counter 주소 열쇠폴더 차례 되풀이
"""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.counting import SearchCounter
from app.window_key import WindowKey
from db import open_database
from db.searches import Channel

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def main(url: str, keys: str, order: str, times: str) -> None:
    """한 시간에 한 번씩 같은 사람들이 같은 말을 찾고, 셈을 적는다. 마지막 셈은 멈출 때 적힌다."""
    clock = [START]
    counter = SearchCounter(open_database(url), WindowKey(Path(keys)), now=lambda: clock[0], every=3600)
    for turn in range(int(times)):
        clock[0] = START + timedelta(hours=turn)
        for number in range(20):
            word = f"말 {(number * (7 if order == '1' else 3) + turn) % 20}"
            for person in range(5):
                counter.count(word, 3, Channel.WEB, f"203.0.113.{person}")
        if turn < int(times) - 1:
            counter.flush()
    counter.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
