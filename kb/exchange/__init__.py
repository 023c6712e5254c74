"""가져오기: 바깥의 CSV와 열린데이터를 상담 항목으로. 누가 시켰는지, 언제 게시하는지는 모른다."""

from kb.exchange.csv_import import import_csv
from kb.exchange.report import ImportReport, Outcome, RowResult
from kb.exchange.seoul_api import import_seoul

__all__ = ["ImportReport", "Outcome", "RowResult", "import_csv", "import_seoul"]
