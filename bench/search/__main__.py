"""`python -m bench.search [크기 …] [--all]`: 표는 화면에, 수는 JSON 한 줄로. `make bench-search`가 부른다."""

import argparse
import json
import os

from bench.search import SIZES, measure


def main() -> None:
    """명령줄을 읽고 잰다."""
    parser = argparse.ArgumentParser(prog="python -m bench.search", description="찾기를 상대들과 견준다.")
    parser.add_argument("sizes", nargs="*", type=int, metavar="크기", help=f"항목의 수 (기본: {SIZES})")
    parser.add_argument("--all", action="store_true", help="whoosh를 큰 크기에서도 잰다 (여러 분 걸린다)")
    asked = parser.parse_args()
    told = measure(asked.sizes or SIZES, everyone=asked.all)
    machine = {"cores": len(os.sched_getaffinity(0)), "load": os.getloadavg()[0]}
    print(json.dumps({"machine": machine, "search": told}, ensure_ascii=False))


main()
