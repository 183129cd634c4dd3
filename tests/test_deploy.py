"""What is shipped to run Rolecall for real: units, an image, a compose file."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from rolecall.__main__ import main

DEPLOY = Path(__file__).parents[1] / "deploy"
ANALYZE = shutil.which("systemd-analyze")
UNITS = sorted(DEPLOY.glob("*.service"))


def resolved(words: list[str]) -> None:
    """Run a command's parser over some words: what is no command or option of ours is refused."""
    with click.Context(main, info_name="rolecall") as root:
        command: click.Command = main
        while isinstance(command, click.Group):
            name, found, words = command.resolve_command(root, words)
            assert found is not None, name
            command = found
        command.make_context(command.name, words, parent=root)


# ------------------------------------------------------------------------------ units, image, compose


def unit(file: Path) -> dict[str, list[str]]:
    """The lines of a unit's [Service], by name."""
    read = configparser.RawConfigParser(strict=False, interpolation=None)
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read_string(file.read_text())
    assert read.sections() == ["Unit", "Service", "Install"]
    return {name: value.split() for name, value in read["Service"].items()}


@pytest.mark.parametrize("file", UNITS, ids=lambda file: file.stem)
def test_a_unit_starts_a_command_of_ours_without_rights(file: Path) -> None:
    told = unit(file)
    program, *words = told["ExecStart"]
    assert program == "/srv/rolecall/bin/rolecall"
    resolved(words)
    assert told["User"] == ["rolecall"]
    assert told["CapabilityBoundingSet"] == []
    for name in ("NoNewPrivileges", "ProtectHome", "PrivateTmp", "RestrictNamespaces"):
        assert told[name] == ["yes"], name


@pytest.mark.skipif(ANALYZE is None, reason="systemd is not installed")
@pytest.mark.parametrize("file", UNITS, ids=lambda file: file.stem)
def test_systemd_understands_a_unit_and_finds_it_little_exposed(file: Path, tmp_path: Path) -> None:
    copy = tmp_path / file.name
    copy.write_text(file.read_text().replace("/srv/rolecall/bin/rolecall", "/bin/true"))
    for words in (["verify"], ["security", "--offline=true", "--threshold=20"]):
        done = subprocess.run(
            [str(ANALYZE), *words, str(copy)], capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stdout[-300:] + done.stderr
        assert file.name not in done.stderr, done.stderr  # a line that it does not understand


def test_the_image_runs_as_nobody_special_and_copies_what_there_is() -> None:
    lines = re.sub(r"\\\n\s*", "", (DEPLOY / "Containerfile").read_text()).splitlines()
    told = [line.partition(" ")[::2] for line in lines if line and not line.startswith("#")]
    assert [rest for name, rest in told if name == "USER"] == ["10001:10001"]
    copies = [rest for name, rest in told if name == "COPY" and "--from" not in rest]
    copied = {source for rest in copies for source in rest.split()[:-1]}
    for source in copied:
        assert (DEPLOY.parent / source).exists(), source
    packages = {"rolecall", "crawler", "matcher", "webapp", "db"}
    assert packages <= copied
    assert told[-2:] == [("ENTRYPOINT", '["rolecall"]'), ("CMD", '["serve"]')]


def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    return found


def test_compose_starts_commands_of_ours_without_rights_and_writes_only_where_it_says() -> None:
    ours = {name: one for name, one in services().items() if one["image"] == "rolecall"}
    assert set(ours) == {"upgrade", "web", "schedule"}
    for one in ours.values():
        resolved(one["command"])
        assert one["read_only"] is True
        assert one["cap_drop"] == ["ALL"]
        assert (one["volumes"], one["tmpfs"]) == (["home:/var/lib/rolecall"], ["/tmp"])  # noqa: S108
        for name in one["environment"]:
            assert name.removeprefix("ROLECALL_").lower() in ("database_url", "contact", "proxies")


def test_compose_holds_no_password_and_opens_no_port_but_the_proxy_s() -> None:
    text = (DEPLOY / "compose.yaml").read_text()
    assert set(re.findall(r"PASSWORD: (.)", text)) == {"$"}
    assert {name: one["ports"] for name, one in services().items() if "ports" in one} == {
        "web": ["80:80", "443:443"]
    }
    assert services()["proxy"]["network_mode"] == "service:web"
    for one in services().values():
        for need in one.get("depends_on", {}):
            assert need in services()
