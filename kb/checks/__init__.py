"""상담 항목을 살핀다: 게시를 막는 것(hard_problems)과, 편집자에게 알리는 모든 것(Linter). 고치거나 저장하는 일은 모른다."""

from kb.checks.codes import CODES, EDITOR_RESIDUE, NO_ANSWER, RESIDENT_NUMBER, STUB_ANSWER
from kb.checks.finding import Finding, Problem, Severity
from kb.checks.hard import hard_problems
from kb.checks.lint import Linter

__all__ = [
    "CODES",
    "EDITOR_RESIDUE",
    "NO_ANSWER",
    "RESIDENT_NUMBER",
    "STUB_ANSWER",
    "Finding",
    "Linter",
    "Problem",
    "Severity",
    "hard_problems",
]
