"""deploy의 다른 파일: systemd 단위와 그릇(compose)이 부르는 것이 정말 있고, 권한은 줄여 두었다."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from app.cli import cli

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
단위들 = sorted(DEPLOY.glob("*.service"))


def 줄들(unit: Path) -> list[tuple[str, str]]:
    lines = unit.read_text("utf-8").splitlines()
    return [tuple(line.split("=", 1)) for line in lines if "=" in line and not line.startswith("#")]  # type: ignore[misc]


@pytest.mark.parametrize("unit", 단위들, ids=lambda unit: unit.name)
def test_단위는_있는_명령을_권한을_줄여_부른다(unit: Path) -> None:
    settings = dict(줄들(unit))

    assert settings["ExecStart"].split()[0] == "/opt/open120/open120"
    assert settings["ExecStart"].split()[1] in cli.commands
    assert settings["User"] == "open120"
    assert settings["ProtectSystem"] == "strict"
    assert settings["CapabilityBoundingSet"] == ""
    for name in ("NoNewPrivileges", "PrivateTmp", "PrivateDevices", "ProtectHome", "RestrictNamespaces"):
        assert settings[name] == "yes", name
    assert ("Environment", "OPEN120_INSTANCE=/var/lib/open120") in 줄들(unit)


def test_systemd가_단위를_읽는다(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd가 없는 기계입니다.")
    for unit in 단위들:
        text = unit.read_text("utf-8").replace("/opt/open120/open120", "/bin/true")
        (tmp_path / unit.name).write_text(text, "utf-8")
    told = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(tmp_path / unit.name for unit in 단위들)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert "open120" not in told.stderr, told.stderr


def test_그릇은_있는_파일과_명령으로_짓고_문은_nginx_하나다() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    services = compose["services"]

    assert {name for name, service in services.items() if "ports" in service} == {"nginx"}
    assert services["worker"]["command"][1] in cli.commands
    proxy = services["nginx"]["networks"]["inside"]["ipv4_address"]
    assert services["app"]["environment"]["OPEN120_TRUSTED_PROXY"] == proxy
    for service in services.values():
        if "build" in service:
            assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).is_file()


@pytest.mark.parametrize(("name", "context"), [("Dockerfile", ROOT), ("nginx.Dockerfile", DEPLOY)])
def test_그림에_담는_파일은_모두_있고_꾸러미는_해시로만_들어온다(name: str, context: Path) -> None:
    text = (DEPLOY / name).read_text("utf-8")

    for source in re.findall(r"^COPY (.+) \S+$", text, re.MULTILINE):
        for file in source.split():
            assert (context / file).exists(), file
    assert len(re.findall(r"pip install", text)) == len(re.findall(r"--require-hashes", text))


def test_nginx의_그림은_설정에서_앱의_주소만_바꾼다() -> None:
    assert (DEPLOY / "nginx.conf").read_text("utf-8").count("127.0.0.1:8120") == 2  # 설명 한 번, upstream 한 번
