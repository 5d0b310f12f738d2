"""The same commands with Docker. There is no engine here: a stand-in `docker` records its arguments.

That is the only stand-in; the content of compose.yaml is checked in tests/test_container_files.py.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from milevault_core import env_file
from tests.commands import ROOT, environment

STAND_IN = """#!{python}
import json, os, sys
words = sys.argv[1:]
with open(os.environ["DOCKER_CALLS"], "a") as calls:
    print(json.dumps(words), file=calls)
answers = json.loads(os.environ.get("DOCKER_ANSWERS", "{{}}"))
said, code = answers.get(" ".join(words), ["", 0])
for sign, answer in answers.items():
    if sign.endswith("*") and " ".join(words).startswith(sign[:-1]):
        said, code = answer
print(said, end="")
sys.exit(code)
"""


class Machine:
    """A machine with Docker: run manage.py on it, and see how `docker` was called."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.file = folder / ".env"
        self.calls = folder / "calls"
        docker = folder / "bin" / "docker"
        docker.parent.mkdir()
        docker.write_text(STAND_IN.format(python=sys.executable))
        docker.chmod(0o755)

    def manage(
        self, *words: object, answers: dict | None = None, **env: str
    ) -> subprocess.CompletedProcess[str]:
        self.calls.unlink(missing_ok=True)
        more = {"DOCKER_CALLS": str(self.calls), "DOCKER_ANSWERS": json.dumps(answers or {}),
                "MILEVAULT_ENV_FILE": str(self.file), "PATH": f"{self.folder / 'bin'}:/usr/bin:/bin"}  # fmt: skip
        kept = {k: v for k, v in environment().items() if k not in ("MILEVAULT_PYTHON", "BASE_URL")}
        return subprocess.run(
            # Without packages: with Docker nothing is installed on the machine itself.
            [sys.executable, "-I", "-S", str(ROOT / "manage.py"), *map(str, words)],
            env=kept | more | env, cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=60,
        )  # fmt: skip

    def asked(self) -> list[str]:
        """Each call of docker as a line, except those that only check whether a project is running."""
        lines = self.calls.read_text().splitlines() if self.calls.exists() else []
        return [" ".join(json.loads(line)) for line in lines]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.fixture
def docker(machine: Machine) -> Machine:
    """A machine whose `.env` selects Docker."""
    machine.file.write_text("MILEVAULT_RUNS_IN=docker\nDB_PASSWORD=6d1f0a9c\nHTTP_PORT=8080\n")
    return machine


UP = "compose up --detach --wait --wait-timeout 300"
LINK = "compose exec -T app python manage.py first-account --address http://localhost:8080"
PUBLISHED = {"compose config --format json": [json.dumps({"services": {"db": {"ports": [{}]}}}), 0]}


def test_start_waits_and_prints_address_and_link(docker: Machine) -> None:
    done = docker.manage("start", answers={LINK: ["Make it here: http://localhost:8080/setup?t=x\n", 0]})
    assert (done.returncode, done.stderr) == (0, "")
    assert docker.asked() == ["compose config --format json", UP, LINK]
    assert "MileVault is running at http://localhost:8080\n" in done.stdout
    assert "/setup?t=x" in done.stdout


def test_a_start_without_env_file_makes_one_first(machine: Machine) -> None:
    done = machine.manage("start", "--docker")
    assert done.returncode == 0, done.stderr
    made = env_file.read(machine.file)
    assert made["MILEVAULT_RUNS_IN"] == "docker"
    assert len(made["DB_PASSWORD"]) == 64
    assert UP in machine.asked()


def test_setup_leaves_the_password_of_an_existing_database_alone(machine: Machine) -> None:
    answers = {"volume ls --quiet --filter name=^milevault_db$": ["milevault_db\n", 0]}
    done = machine.manage("setup", "--docker", answers=answers)
    assert done.returncode == 0
    assert "DB_PASSWORD" not in env_file.read(machine.file)
    assert "DB_PASSWORD was left out" in done.stdout


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("stop", ["compose stop"]),
        ("restart", ["compose stop", "compose config --format json", UP, LINK]),
        ("logs", ["compose logs --tail 50"]),
        ("logs jobs -f -n 5", ["compose logs --tail 5 --follow jobs"]),
        ("first-account", ["compose exec -T app python manage.py first-account --address http://localhost:8080"]),
        ("user add ann --admin", ["compose exec -T app python manage.py user add ann --admin"]),
        ("psql", ["compose exec -T app python manage.py psql"]),
        ("migrate", ["compose exec -T app python manage.py migrate"]),
    ],
)  # fmt: skip
def test_the_same_words(words: str, asked: list[str], docker: Machine) -> None:
    done = docker.manage(*words.split())
    assert (done.returncode, done.stderr) == (0, "")
    assert docker.asked() == asked


def test_paths_of_this_machine_are_seen_in_the_container(docker: Machine) -> None:
    """`ann` is both a folder and a user name: only the path is made absolute."""
    (docker.folder / "ann").mkdir()
    (docker.folder / "x").mkdir()
    (docker.folder / "x" / "run.fit").write_text("")
    done = docker.manage("import", "ann", "x/run.fit", "--user", "ann")
    assert done.returncode == 0, done.stderr
    at = docker.folder
    assert docker.asked() == [
        f"compose run --rm -T --user {os.getuid()}:{os.getgid()} --volume {at}/ann:{at}/ann --volume {at}/x:{at}/x "
        f"app python manage.py import {at}/ann {at}/x/run.fit --user ann"
    ]


@pytest.mark.parametrize(
    ("words", "inside"),
    [("backup", None), ("backup b.tar", "backup {at}/b.tar"), ("backup verify b.tar", "backup verify {at}/b.tar"),
     ("restore b.tar", "restore {at}/b.tar"), ("export-originals out", "export-originals {at}/out"),
     ("export-everything ann a.zip", "export-everything ann {at}/a.zip"),
     ("import-milevault --database URL --files old --user-map map",
      "import-milevault --database URL --files {at}/old --user-map {at}/map")],
)  # fmt: skip
def test_files_of_every_command(words: str, inside: str | None, docker: Machine) -> None:
    done = docker.manage(*words.split())
    assert (done.returncode, done.stderr) == (0, "")
    (asked,) = docker.asked()
    if inside is None:
        assert asked == "compose exec -T app python manage.py backup"
    else:
        at = docker.folder
        assert asked.endswith(f"--volume {at}:{at} app python manage.py " + inside.format(at=at))


def test_status_is_what_the_container_says(docker: Machine) -> None:
    answers = {
        "compose ps --services --status running": ["app\ndb\njobs\n", 0],
        "compose exec -T app python manage.py status --json": ['{"ok": false}', 1],
    }
    done = docker.manage("doctor", "--json", answers=answers)
    assert (done.returncode, done.stdout) == (1, '{"ok": false}')


def test_status_when_nothing_runs(docker: Machine) -> None:
    done = docker.manage("status", "--json")
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert found["problems"] == [{"what": "MileVault is not running.", "remedy": "manage.py start"}]
    assert "Remedy: manage.py start" in docker.manage("status").stdout


def test_a_start_that_fails_shows_the_log(docker: Machine) -> None:
    done = docker.manage("start", answers={UP: ["", 1]})
    assert done.returncode == 1
    assert docker.asked()[-1] == "compose logs --tail 15 app"
    assert "the lines above say why" in done.stderr


def test_the_default_password_with_a_published_port_is_refused(docker: Machine) -> None:
    docker.file.write_text("MILEVAULT_RUNS_IN=docker\n")
    assert docker.manage("start").returncode == 0  # not published, so nobody else can reach it
    done = docker.manage("start", answers=PUBLISHED)
    assert done.returncode == 1
    assert "DB_PASSWORD is the default that everybody knows" in done.stderr
    assert UP not in docker.asked()
    docker.file.write_text("MILEVAULT_RUNS_IN=docker\nDB_PASSWORD=6d1f0a9c\n")
    assert docker.manage("start", answers=PUBLISHED).returncode == 0


def test_a_password_that_breaks_the_address_is_refused(docker: Machine) -> None:
    done = docker.manage("start", DB_PASSWORD="p@ss/word")
    assert done.returncode == 1
    assert "only letters, digits" in done.stderr


def test_variables_of_the_first_milevault_are_mentioned_and_harmless(docker: Machine) -> None:
    docker.file.write_text(docker.file.read_text() + "REDIS_PASSWORD=x\n")
    done = docker.manage("start")
    assert done.returncode == 0
    assert "REDIS_PASSWORD is not used any more: the queue is in the database" in done.stdout


@pytest.mark.parametrize(
    ("words", "env", "answers", "is_docker"),
    [
        ("stop", {}, {"compose ps --quiet": ["0123abcd\n", 0]}, True),  # its project is running
        ("stop --here", {}, {"compose ps --quiet": ["0123abcd\n", 0]}, False),
        ("stop --docker", {}, {}, True),
        ("stop", {"MILEVAULT_RUNS_IN": "docker"}, {}, True),
        ("stop", {"MILEVAULT_RUNS_IN": "here"}, {"compose ps --quiet": ["0123abcd\n", 0]}, False),
        ("stop", {}, {"compose ps --quiet": ["unknown command: docker compose", 1]}, False),
        ("stop --data x", {}, {"compose ps --quiet": ["0123abcd\n", 0]}, False),
        ("stop", {"MILEVAULT_CONTAINER": "1", "MILEVAULT_RUNS_IN": "docker"}, {}, False),
    ],
)  # fmt: skip
def test_which_way_is_meant(words: str, env: dict, answers: dict, is_docker: bool, machine: Machine) -> None:
    if is_docker:
        assert machine.manage(*words.split(), answers=answers, **env).returncode == 0
    else:  # it continues with the Python that has the packages, here a stand-in
        python = machine.folder / "python"
        python.write_text('#!/bin/sh\necho "here: $@"\n')
        python.chmod(0o755)
        done = machine.manage(*words.split(), answers=answers, MILEVAULT_PYTHON=str(python), **env)
        assert done.stdout.startswith("here: -m milevault_core.cli stop"), done.stdout + done.stderr
        assert "--here" not in done.stdout
    assert ("compose stop" in machine.asked()) == is_docker


def test_docker_is_not_there(docker: Machine) -> None:
    (docker.folder / "bin" / "docker").unlink()
    done = docker.manage("stop")
    assert done.returncode == 1
    assert "Docker is not installed" in done.stderr
