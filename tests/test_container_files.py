"""Dockerfile and compose.yaml, as far as they can be checked without an engine."""

from pathlib import Path

import yaml

from tests.commands import command

ROOT = Path(__file__).parents[1]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())


def test_three_services_under_one_name() -> None:
    assert COMPOSE["name"] == "milevault"
    assert set(COMPOSE["services"]) == {"db", "app", "jobs"}


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
    assert jobs["command"] == ["python", "-m", "jobs"]


# What has a meaning only outside the containers, or is made up of others there.
NOT_INSIDE = {"MILEVAULT_DATA", "DB_USER", "DB_PASSWORD", "MILEVAULT_RUNS_IN"}


def test_every_variable_reaches_the_containers() -> None:
    from milevault_core.config import Settings

    known = {field.alias for field in Settings.model_fields.values()}
    given = COMPOSE["services"]["app"]["environment"]
    assert set(given) == known - NOT_INSIDE, (
        "compose.yaml, environment: a line `NAME:` for each of config.Settings"
    )
    # Without a value Compose takes what .env or the shell says, and leaves it unset where they say nothing.
    assert {name for name, value in given.items() if value is not None} == {
        "DATABASE_URL",
        "BACKUP_FOLDER",
        "HTTP_PORT",
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
    from milevault_core.operate.way import CONTAINER

    assert f"{CONTAINER}=1" in (ROOT / "Dockerfile").read_text()


def test_the_image_listens_to_others_on_purpose_and_asks_no_one_outside() -> None:
    text = (ROOT / "Dockerfile").read_text()
    assert "--server.address=0.0.0.0" in text
    assert "--browser.serverAddress" in text
    assert next(line for line in text.splitlines() if line.startswith("FROM")).startswith("FROM python:3.13")
    assert "USER milevault" in text


def test_only_the_image_of_jobs_has_the_engine_of_route_matching() -> None:
    """450 MB that no page ever loads (tests/jobs/test_crew.py, tests/routes/test_groups.py)."""
    text = (ROOT / "Dockerfile").read_text()
    assert "ARG REQUIREMENTS=requirements.txt" in text
    assert 'pip install --no-cache-dir -r "$REQUIREMENTS"' in text
    assert COMPOSE["services"]["app"]["build"] == "."
    asked = COMPOSE["services"]["jobs"]["build"]["args"]["REQUIREMENTS"]
    assert "tslearn==" in (ROOT / asked).read_text()
    assert "tslearn" not in (ROOT / "requirements.txt").read_text()
    copied = next(line for line in text.splitlines() if line.startswith("COPY requirements"))
    assert asked in copied.split()


def test_the_database_is_healthy_only_when_the_network_reaches_it() -> None:
    """The image makes a new database with a server of its own that answers on the socket, and then ends it."""
    db = COMPOSE["services"]["db"]
    assert "pg_isready -h 127.0.0.1" in db["healthcheck"]["test"][1]
    for name in ("app", "jobs"):
        assert COMPOSE["services"][name]["depends_on"] == {"db": {"condition": "service_healthy"}}


def test_each_has_the_time_to_end_in_order_and_ends_its_own_children() -> None:
    services = COMPOSE["services"]
    assert services["db"]["stop_grace_period"] == "60s"
    assert int(services["jobs"]["stop_grace_period"].rstrip("s")) > 8 + 8  # jobs/crew.py and jobs/keeper.py
    for name in ("app", "jobs"):
        assert services[name]["init"] is True
        assert services[name]["security_opt"] == ["no-new-privileges:true"]


def test_the_port_people_open_reaches_the_apps_port() -> None:
    app = COMPOSE["services"]["app"]
    assert app["ports"] == ["${HTTP_PORT:-80}:8501"]
    assert "--server.port=8501" in (ROOT / "Dockerfile").read_text()
    assert "http://127.0.0.1:8501/" in app["healthcheck"]["test"][-1]


def test_a_link_from_inside_leads_to_the_port_people_open(database_url: str) -> None:
    for port, wanted in (("80", "http://localhost/setup?t="), ("8080", "http://localhost:8080/setup?t=")):
        env = {"DATABASE_URL": database_url, "HTTP_PORT": port, "MILEVAULT_CONTAINER": "1"}
        assert wanted in command("first-account", env=env).stdout
