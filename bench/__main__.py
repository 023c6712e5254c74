"""`make bench` (또는 `python -m bench [이름 …]`): 이름을 안 주면 모두 잰다."""

import importlib
import json
import os
import platform
import sys

NAMES = ("store", "search", "suggest", "publish")


def main(names: list[str]) -> None:
    """이름마다 잰 것을 JSON 한 줄로 보인다. 첫 줄은 기계다."""
    machine = {"python": platform.python_version(), "cores": len(os.sched_getaffinity(0)), "load": os.getloadavg()[0]}
    print(json.dumps({"machine": machine}, ensure_ascii=False))
    for name in names or NAMES:
        told = importlib.import_module(f"bench.{name}").measure()
        print(json.dumps({name: told}, ensure_ascii=False), flush=True)


main(sys.argv[1:])
