"""시민에게 알릴 것을 줄 세우고, 보낼 때를 정하고, 보내지 못한 것을 남긴다. 어떤 말로 어떻게 보내는지는 모른다."""

from corrections.notices.models import Notice, NoticeState, Template
from corrections.notices.queueing import on_event, queue, remind

__all__ = ["Notice", "NoticeState", "Template", "on_event", "queue", "remind"]
