"""잰다: 우리 것과 견줄 상대를 한 번에 돌려 비율을 보인다. 시험이 아니므로 빠르고 느림으로 실패하지 않는다."""

import kb  # noqa: F401 - before numpy is loaded: it keeps numpy's products on one thread, as in the product
