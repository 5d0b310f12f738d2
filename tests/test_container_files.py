"""Dockerfile and compose.yaml, as far as they can be checked without an engine."""

import ipaddress
import os
import re
import subprocess
import time
from pathlib import Path

import pytest
import yaml

from tests.commands import command

ROOT = Path(__file__).parents[1]


def target(name: str) -> str:
    """The part of the Dockerfile that builds this image."""
    parts = re.split(r"^FROM ", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    return next(part for part in parts if part.partition("\n")[0].endswith(f" AS {name}"))


COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())


def test_four_services_under_one_name() -> None:
    assert COMPOSE["name"] == "milevault"
    assert set(COMPOSE["services"]) == {"db", "app", "jobs", "proxy"}


def test_the_database_is_pinned_timescaledb_on_postgresql_18_and_not_published() -> None:
    db = COMPOSE["services"]["db"]
    name, _, tag = db["image"].partition(":")
    assert name == "timescale/timescaledb"
    assert tag.endswith("-pg18")
    assert tag[0].isdigit()
    assert "ports" not in db


def test_app_and_jobs_run_the_same_code_with_the_same_environment() -> None:
    app, jobs = COMPOSE["services"]["app"], COMPOSE["services"]["jobs"]
    assert app["environment"] == jobs["environment"]
    assert 'CMD ["python", "-m", "jobs"]' in target("jobs")


# Variables that only matter outside the containers, or that are composed of others there.
NOT_INSIDE = {"MILEVAULT_DATA", "DB_USER", "DB_PASSWORD", "MILEVAULT_RUNS_IN"}


def test_every_variable_reaches_the_containers() -> None:
    from milevault_core.config import Settings

    known = {field.alias for field in Settings.model_fields.values()}
    given = COMPOSE["services"]["app"]["environment"]
    assert set(given) == known - NOT_INSIDE, (
        "compose.yaml, environment: a line `NAME:` for each of config.Settings"
    )
    # Without a value, Compose takes it from .env or the shell, and leaves it unset if neither has it.
    assert {name for name, value in given.items() if value is not None} == {
        "DATABASE_URL",
        "BACKUP_FOLDER",
        "HTTP_PORT",
        "TRUSTED_PROXIES",
    }


def test_backups_survive_the_containers() -> None:
    for name in ("app", "jobs"):
        assert COMPOSE["services"][name]["volumes"] == ["${BACKUP_FOLDER:-backups}:/backups"]
    assert "backups" in COMPOSE["volumes"]
    assert "mkdir -p /backups && chown milevault /backups" in (ROOT / "Dockerfile").read_text()


def test_secrets_do_not_get_into_the_image() -> None:
    left_out = (ROOT / ".dockerignore").read_text().split()
    assert {".env*", "data", "backups", ".git"} <= set(left_out)


def test_it_knows_that_it_is_a_container() -> None:
    from milevault_core.operate.docker_or_local import CONTAINER

    assert f"{CONTAINER}=1" in (ROOT / "Dockerfile").read_text()


def test_the_image_listens_to_others_on_purpose_and_asks_no_one_outside() -> None:
    text = (ROOT / "Dockerfile").read_text()
    assert "--server.address=0.0.0.0" in text
    assert "--browser.serverAddress" in text
    assert next(line for line in text.splitlines() if line.startswith("FROM")).startswith("FROM python:3.13")
    assert "USER milevault" in text


def test_only_the_image_of_jobs_has_the_engine_of_route_matching() -> None:
    """450 MB that no page ever loads (tests/jobs/test_worker_pool.py, tests/routes/test_groups.py)."""
    for name, asked in (("app", "requirements.txt"), ("jobs", "requirements-jobs.txt")):
        assert COMPOSE["services"][name]["build"] == {"context": ".", "target": name}
        assert f"pip install --no-cache-dir -r {asked}\n" in target(name)
        assert asked in next(
            line for line in target("base").splitlines() if line.startswith("COPY requirements")
        )
    assert "tslearn==" in (ROOT / "requirements-jobs.txt").read_text()
    assert "tslearn" not in (ROOT / "requirements.txt").read_text()


def test_the_database_is_healthy_only_when_the_network_reaches_it() -> None:
    """The image creates a new database with a temporary server that answers only on the socket and is then stopped."""
    db = COMPOSE["services"]["db"]
    assert "pg_isready -h 127.0.0.1" in db["healthcheck"]["test"][1]
    for name in ("app", "jobs"):
        assert COMPOSE["services"][name]["depends_on"] == {"db": {"condition": "service_healthy"}}


def test_each_has_the_time_to_end_in_order_and_ends_its_own_children() -> None:
    services = COMPOSE["services"]
    assert services["db"]["stop_grace_period"] == "60s"
    assert (
        int(services["jobs"]["stop_grace_period"].rstrip("s")) > 8 + 8
    )  # jobs/worker_pool.py and jobs/backup_runner.py
    for name in ("app", "jobs"):
        assert services[name]["init"] is True
        assert services[name]["security_opt"] == ["no-new-privileges:true"]


def test_the_port_people_open_reaches_the_app_by_the_proxy_alone() -> None:
    app, proxy = COMPOSE["services"]["app"], COMPOSE["services"]["proxy"]
    assert [name for name, service in COMPOSE["services"].items() if "ports" in service] == ["proxy"]
    # The second is for https. Unset, it is `127.0.0.1::443`: any free port, reachable from this machine only.
    assert proxy["ports"] == ["${HTTP_PORT:-80}:80", "${HTTPS_PORT:-127.0.0.1:}:443"]
    assert proxy["environment"]["APPS"] == "${APPS:-app:8501}"
    assert "--server.port=8501" in (ROOT / "Dockerfile").read_text()
    assert "http://127.0.0.1:8501/" in app["healthcheck"]["test"][-1]


def test_a_link_from_inside_leads_to_the_port_people_open(database_url: str) -> None:
    for port, wanted in (("80", "http://localhost/setup?t="), ("8080", "http://localhost:8080/setup?t=")):
        env = {"DATABASE_URL": database_url, "HTTP_PORT": port, "MILEVAULT_CONTAINER": "1"}
        assert wanted in command("first-account", env=env).stdout


def test_nothing_is_written_into_a_container() -> None:
    for name in ("app", "jobs"):
        service = COMPOSE["services"][name]
        assert service["read_only"] is True
        assert {each.partition(":")[0] for each in service["tmpfs"]} == {"/tmp", "/app/data"}
        assert service["mem_limit"]
        assert "USER milevault" in target(name)


def test_the_one_to_deploy_differs_only_in_where_images_come_from() -> None:
    deployed = yaml.safe_load((ROOT / "compose.deploy.yaml").read_text())
    for name, service in COMPOSE["services"].items():
        other = dict(deployed["services"][name])
        if "build" in service:
            assert other.pop("image").startswith("${MILEVAULT_IMAGE:?")
            service = {key: value for key, value in service.items() if key != "build"}
        assert other == service, name
    assert {key for key in deployed if deployed[key] != COMPOSE[key]} == {"services"}


def test_each_has_a_health_check_and_a_limit_of_memory() -> None:
    for name, service in COMPOSE["services"].items():
        assert service["healthcheck"]["test"], name
        assert service["mem_limit"], name


def test_the_health_checks_ask_for_what_is_there() -> None:
    from jobs.__main__ import ALIVE

    asked = f'test -n "$(find {ALIVE} -mmin -2)"'
    assert COMPOSE["services"]["jobs"]["healthcheck"]["test"] == ["CMD-SHELL", asked.replace("$", "$$")]
    assert f"CMD {asked}" in target("jobs")
    alive = (ROOT / "deploy" / "Caddyfile").read_text().partition("http://127.0.0.1:{$ALIVE_PORT:2019} {")[2]
    assert alive.split()[:3] == ["bind", "127.0.0.1", "respond"]
    assert COMPOSE["services"]["proxy"]["healthcheck"]["test"][-1] == "http://127.0.0.1:2019/"


@pytest.mark.parametrize(("age_s", "healthy"), [(None, False), (0, True), (300, False)])
def test_the_health_check_of_jobs_sees_whether_it_looks(
    age_s: int | None, healthy: bool, tmp_path: Path
) -> None:
    file = tmp_path / "alive"
    if age_s is not None:
        file.touch()
        os.utime(file, (time.time() - age_s,) * 2)
    test = COMPOSE["services"]["jobs"]["healthcheck"]["test"][1].replace("$$", "$")
    done = subprocess.run(
        test.replace("/tmp/milevault-jobs-alive", str(file)), shell=True, stderr=subprocess.DEVNULL
    )
    assert (done.returncode == 0) is healthy


def test_jobs_say_that_they_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from jobs import __main__ as jobs

    monkeypatch.setattr(jobs, "ALIVE", tmp_path / "alive")
    monkeypatch.delenv("MILEVAULT_CONTAINER", raising=False)
    jobs.say_alive()
    assert not jobs.ALIVE.exists()
    monkeypatch.setenv("MILEVAULT_CONTAINER", "1")
    jobs.say_alive()
    assert jobs.ALIVE.exists()


def test_only_the_containers_own_network_is_believed() -> None:
    """A client on the local network, which has a private address too, cannot claim another client's address."""
    read = yaml.safe_load(as_read("compose.yaml"))
    (subnet,) = (each["subnet"] for each in read["networks"]["default"]["ipam"]["config"])
    assert read["services"]["app"]["environment"]["TRUSTED_PROXIES"] == subnet
    assert ipaddress.ip_network(subnet).num_addresses == 256


def as_read(file: str) -> str:
    """A compose file with its variables substituted, as Docker Compose does before parsing."""
    env = {"MILEVAULT_IMAGE": "registry.example.org/milevault"}
    text = (ROOT / file).read_text()
    variable = re.compile(r"\$\{([A-Z_]+)(?::[-?])([^{}]*)\}")
    while variable.search(text):  # the default of a variable may be a variable
        text = variable.sub(lambda found: env.get(found[1]) or found[2], text)
    return text


@pytest.mark.parametrize("file", ["compose.yaml", "compose.deploy.yaml"])
def test_by_the_compose_specification(file: str) -> None:
    """Every key and value is one that the specification knows; others are rejected."""
    specification = pytest.importorskip("compose_spec", reason="requirements-dev.txt has compose-spec")
    text = as_read(file)
    specification.PyCompose.from_yaml(text).to_spec()
    for right, wrong in (
        ("restart: unless-stopped", "restart: sometimes"), ("mem_limit: 256m", "mem_limits: 256m"),
        ("interval: 5s", "interval: often"), ("condition: service_healthy", "condition: well"),
        ("read_only: true", "read_only: perhaps"), ("init: true", "inti: true"),
    ):  # fmt: skip
        assert right in text
        with pytest.raises(ValueError, match=r"."):
            specification.PyCompose.from_yaml(text.replace(right, wrong, 1))
