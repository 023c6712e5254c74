"""직원의 계정에 딸린 주소들: 두 번째 열쇠, 내 계정, 계정 관리. 무엇이 보이는지는 account와 people이 안다."""

from flask import Blueprint

from app.desk import account, door, people

bp = Blueprint("staff", __name__, url_prefix="/desk")
bp.before_request(door.who_is_here)
bp.after_request(door.not_stored)
ID = "<int(max=2147483647):id>"

bp.add_url_rule("/login/code", "second", door.second, methods=["GET"])
bp.add_url_rule("/login/code", "open_second", door.open_second, methods=["POST"])

bp.add_url_rule("/account", "account", account.account, methods=["GET"])
bp.add_url_rule("/account/password", "change_password", account.change_password, methods=["POST"])
bp.add_url_rule("/account/code", "second_factor", account.second_factor_setup, methods=["GET"])
bp.add_url_rule("/account/code", "turn_on", account.turn_on, methods=["POST"])
bp.add_url_rule("/account/code/off", "turn_off", account.turn_off, methods=["POST"])
bp.add_url_rule(f"/account/sessions/{ID}/end", "end_session", account.end_session, methods=["POST"])
bp.add_url_rule("/account/sessions/end-others", "end_others", account.end_others, methods=["POST"])

bp.add_url_rule("/people", "people", people.listed, methods=["GET"])
bp.add_url_rule("/people/new", "new_person", people.new, methods=["GET"])
bp.add_url_rule("/people/new", "add_person", people.add, methods=["POST"])
bp.add_url_rule(f"/people/{ID}", "person", people.person, methods=["GET"])
bp.add_url_rule(f"/people/{ID}", "change_person", people.change, methods=["POST"])
bp.add_url_rule(f"/people/{ID}/stop", "stop_person", people.stop, methods=["POST"])
bp.add_url_rule(f"/people/{ID}/resume", "resume_person", people.resume, methods=["POST"])
bp.add_url_rule(f"/people/{ID}/password", "reset_password", people.reset_password, methods=["POST"])
bp.add_url_rule(f"/people/{ID}/second-factor/off", "drop_second_factor", people.drop_second_factor, methods=["POST"])
