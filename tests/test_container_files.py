"""Dockerfile and compose.yaml, as far as they can be checked without an engine."""

from pathlib import Path

import yaml

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


def test_every_variable_is_one_that_milevault_knows() -> None:
    from milevault_core.config import Settings

    known = {field.alias for field in Settings.model_fields.values()}
    assert set(COMPOSE["services"]["app"]["environment"]) <= known


def test_the_image_listens_to_others_on_purpose_and_asks_no_one_outside() -> None:
    text = (ROOT / "Dockerfile").read_text()
    assert "--server.address=0.0.0.0" in text
    assert "--browser.serverAddress" in text
    assert text.splitlines()[1].startswith("FROM python:3.13")
    assert "USER milevault" in text
