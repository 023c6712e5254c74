"""편집실의 주소들. 주소마다 무엇을 하는지는 이름이 같은 파일이 안다."""

from collections.abc import Callable

from flask import Blueprint
from flask.typing import ResponseReturnValue

from app.desk import (
    answering,
    bulk,
    deciding,
    door,
    feeding,
    flagging,
    freezing,
    incoming,
    listing,
    notices,
    offices,
    previewing,
    report,
    rewards,
    searches,
    tuning,
    watching,
)

bp = Blueprint("desk", __name__, url_prefix="/desk")
bp.before_request(door.who_is_here)
bp.after_request(door.not_stored)

ONE = "/corrections/<int(max=2147483647):id>"
COMMENDATIONS = "/rewards/commendations"
ANSWER = "/answer/<int(max=2147483647):id>"
BULK = "/bulk/<int(max=2147483647):id>"
SEARCH = "/searches/<int(max=2147483647):id>"
Do = Callable[..., ResponseReturnValue]

SHOWN: tuple[tuple[str, str, Do], ...] = (
    ("/login", "login", door.login),
    ("/", "queue", listing.show),
    (ONE, "correction", deciding.show),
    (f"{ONE}/proposed", "proposed_page", previewing.proposed_page),
    ("/entries/<id>/versions", "versions", previewing.versions),
    ("/office/<int(max=2147483647):id>", "office", offices.show),
    ("/bulk", "bulk", bulk.show),
    (BULK, "bulk_change", bulk.change),
    ("/answer", "find_to_answer", answering.find),
    (ANSWER, "phone_answer", answering.show),
    ("/flag", "find_to_flag", flagging.find),
    ("/flag/<id>", "flag", flagging.show),
    ("/report", "report", report.show),
    ("/notices", "notices", notices.show),
    ("/incoming/<path:path>", "incoming", incoming.show),
    ("/searches", "searches", searches.show),
    (f"{SEARCH}/draft", "draft", searches.draft),
    (f"{ONE}/entry", "draft_from_correction", feeding.draft),
    ("/rewards", "rewards", rewards.show),
    (COMMENDATIONS, "commendations", rewards.period),
    (f"{COMMENDATIONS}/<int(max=2147483647):id>", "commendation", rewards.one),
    ("/tuning", "tuning", tuning.show),
    ("/tuning/new", "new_rule", tuning.new),
    ("/tuning/<key>", "rule", tuning.edit),
    ("/tuning/<key>/retire", "retiring_rule", tuning.retiring),
)
"""보는 것."""

DONE: tuple[tuple[str, str, Do], ...] = (
    ("/login", "open_door", door.open_door),
    ("/logout", "logout", door.logout),
    ("/next", "claim_next", deciding.claim_next),
    (f"{ONE}/preview", "preview", deciding.preview),
    (f"{ONE}/page", "typed_page", previewing.typed_page),
    (f"{ONE}/draft", "save_draft", watching.save_draft),
    (f"{ONE}/draft/drop", "drop_draft", watching.drop_draft),
    (f"{ONE}/here", "here", watching.here),
    (f"{ONE}/claim", "claim", deciding.claim),
    (f"{ONE}/release", "release", deciding.release),
    (f"{ONE}/skip", "skip", deciding.skip),
    (f"{ONE}/accept", "accept", deciding.accept),
    (f"{ONE}/accept-part", "accept_part", deciding.accept_part),
    (f"{ONE}/decline", "decline", deciding.decline),
    (f"{ONE}/ask", "ask", deciding.ask),
    (f"{ONE}/consult", "consult", deciding.consult),
    (f"{ONE}/merge", "merge", deciding.merge),
    (f"{ONE}/confirm", "confirm", deciding.confirm),
    (f"{ONE}/send-back", "send_back", deciding.send_back),
    (f"{ONE}/revert", "revert", deciding.revert),
    (f"{ONE}/let-in", "let_in", deciding.let_in),
    (f"{ONE}/block", "block", deciding.block),
    (f"{ONE}/unblock", "unblock", deciding.unblock),
    ("/office/<int(max=2147483647):id>", "office_says", offices.answer),
    (ANSWER, "answer_by_phone", answering.answer),
    ("/flag/<id>", "send_flag", flagging.send),
    ("/bulk", "propose_bulk", bulk.propose),
    (f"{BULK}/confirm", "confirm_bulk", bulk.confirm),
    (f"{BULK}/drop", "drop_bulk", bulk.drop),
    (f"{BULK}/undo", "undo_bulk", bulk.undo),
    ("/incoming/<path:path>", "settle_incoming", incoming.settle),
    ("/notices", "settle_notices", notices.settle),
    (SEARCH, "settle_search", searches.settle),
    (f"{SEARCH}/draft", "write_draft", searches.write),
    ("/entries/<id>/freeze", "freeze_entry", freezing.set_entry),
    (f"{ONE}/intake", "to_intake", feeding.intake),
    (f"{ONE}/entry", "write_from_correction", feeding.write),
    ("/rewards/<int(max=2147483647):id>", "rule_reward", rewards.rule),
    ("/rewards/people/<int(max=2147483647):id>/hide", "hide_thanks", rewards.hide),
    (COMMENDATIONS, "nominate", rewards.nominate),
    (f"{COMMENDATIONS}/export", "export_commendations", rewards.export),
    (f"{COMMENDATIONS}/<int(max=2147483647):id>/<step>", "move_commendation", rewards.move),
    ("/tuning/new", "add_rule", tuning.add),
    ("/tuning/<key>", "change_rule", tuning.change),
    ("/tuning/<key>/retire", "retire_rule", tuning.retire),
)
"""하는 것. 모두 POST이고 양식의 표(CSRF)가 있어야 한다."""

for rule, name, view in SHOWN:
    bp.add_url_rule(rule, name, view, methods=["GET"])
for rule, name, view in DONE:
    bp.add_url_rule(rule, name, view, methods=["POST"])
bp.add_app_template_global(feeding.fed, "fed_from")
