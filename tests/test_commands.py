"""The registry of commands: each is found, explained and listed in the README; and every command in the docs exists."""

import re
from collections.abc import Iterator

import pytest

from milevault_core import cli
from milevault_core.commands import COMMANDS, ROOT, command
from milevault_core.operate import docker_or_local, release
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


# Placeholders in the docs that do not accept just any word, and a value for each.
_FOR = {"DAYS": "7", "YEARS": "7", "LINES": "7", "P": "7", "SERVICE": "app"}


def written(text: str) -> Iterator[list[str]]:
    """The words of every command that a page mentions, in a code block or within a sentence."""
    blocks = re.findall(r"(?ms)^ *```.*?^ *```", text)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"(?ms)^ *```.*?^ *```", "", text))
    for code in spans + [line for block in blocks for line in block.splitlines()]:
        for said in re.findall(r"(?:manage\.py|milevault_core\.cli) ([a-z][^#&]*)", code):
            yield said.split()
    for cell in re.findall(r"(?m)^\| (`[^|]+) \|", text):  # a table of commands: without `manage.py`
        found = re.findall(r"`([a-z][^`]*)`", cell.replace("` `", " "))
        yield from (said.split() for said in found if said.split()[0] in COMMANDS)


PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]


def is_understood(said: list[str]) -> bool:
    """Whether the parser accepts it: the command, its options, and the number of words."""
    words = [re.sub(r"\.\.\.$|[\[\],.…]", "", word) for word in said]
    words = [_FOR.get(word, word.partition("\\")[0]) for word in words]
    words = [word for word in words if word]
    if words[0] != "setup":
        words = docker_or_local.without_flags(words)
    if len(words) == 1 and words[0] in COMMANDS:  # only its name
        return True
    try:
        _, rest = cli.build_parser().parse_known_args(words)
    except SystemExit:
        return False
    return COMMANDS[words[0]].takes_rest or not rest


@pytest.mark.parametrize("page", ["the release folder", *(str(page.relative_to(ROOT)) for page in PAGES)])
def test_every_command_that_a_page_names_is_understood(page: str) -> None:
    text = release.README if page == "the release folder" else (ROOT / page).read_text()
    assert [said for said in written(text) if not is_understood(said)] == []


@pytest.mark.parametrize(
    "page",
    [
        "`python3 manage.py backup --all`", "`manage.py user rename NAME`", "| `status` `[--jsn]` |",
        "```sh\npython3 manage.py restore --replace\n```", "`docker compose exec app python manage.py compress up`",
    ],
)  # fmt: skip
def test_what_is_no_command_is_seen(page: str) -> None:
    assert not all(map(is_understood, written(page)))
