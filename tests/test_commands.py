"""The registry of commands: each is found, explained, and known to the README."""

import re

import pytest

from milevault_core import cli
from milevault_core.commands import COMMANDS, ROOT, command
from tests import commands


def test_every_command_is_in_the_readme() -> None:
    table = (ROOT / "README.md").read_text()
    documented = {
        name for line in re.findall(r"`python3 manage.py ([^`]+)`", table) for name in line.split()[:1]
    }
    assert set(COMMANDS) - {"help"} <= documented
    assert documented <= set(COMMANDS)


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - {"test"}))
def test_every_command_explains_itself(name: str, capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([name, "--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert COMMANDS[name].summary[:40] in said.replace("\n", " ")
    assert "--data" in said


def test_the_overview_names_every_command() -> None:
    done = commands.command("help")
    assert done.returncode == 0
    for name in COMMANDS:
        assert re.search(rf"^  {name} ", done.stdout, re.MULTILINE)


def test_two_commands_of_one_name_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="two commands are called 'run'"):
        command("run", "daily", "again")(lambda _: 0)
    with pytest.raises(ValueError, match="no topic 'elsewhere'"):
        command("another", "elsewhere", "again")(lambda _: 0)
