"""명령줄의 보상: 때가 된 것을 주고, 장부를 살피고, 보상을 받지 않는 연락처를 적는다. 화면은 편집실(desk)이 한다."""

from collections.abc import Mapping
from typing import Any

from app.instance import Instance
from app.running import Running
from corrections.contacts import Address
from corrections.rewards import ledger, settling
from corrections.rewards.models import ExcludedContact


def settle(instance: Instance) -> Mapping[str, Any]:
    """보지 않은 고침을 맞추고 때가 된 보상을 준다. 두 번 불러도 같다."""
    running = Running.at(instance)
    missing = settling.settle_missing(running.database, running.store)
    return {"settled": missing, "granted": settling.grant_due(running.database, running.store)}


def check(instance: Instance) -> Mapping[str, Any]:
    """장부의 합과, 장부와 어긋난 보상. 맞으면 `ok`."""
    with Running.at(instance).database.reading() as session:
        balances, faults = ledger.balances(session), ledger.faults(session)
        counts = settling.counts(session)
    total = sum(balances.values())
    return {
        "ok": total == 0 and not faults,
        "sum": total,
        "granted": sum(points for account, points in balances.items() if account.startswith("reporter:")),
        "waiting": sum(points for account, points in balances.items() if account.startswith("pending:")),
        "rewards": {state.value: count for state, count in counts.items()},
        "faults": [fault.problem for fault in faults],
    }


def exclude(instance: Instance, typed: str) -> Mapping[str, Any]:
    """직원이나 용역의 연락처를 보상에서 뺀다. 연락처는 적지 않고 지문만 둔다. 연락처가 아니면 BadContact."""
    address = Address.read(typed)
    with Running.at(instance).database.begin() as session:
        session.merge(ExcludedContact(key=address.key(instance.secret_key())))
    return {"excluded": address.shown}
