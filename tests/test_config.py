"""The environment: one table in config.py and the docs; an error about a wrong value names the variable and the fix."""

import os
import re
from pathlib import Path

import pytest

from milevault_core import config, env_file

INSTALL = config.ROOT / "docs" / "install.md"


def wanted_lines() -> list[str]:
    return [f"| `{name}` | {default} | {text} |" for name, default, text in config.table()]


def test_the_table_of_the_docs_is_that_of_config() -> None:
    section = INSTALL.read_text().split("\n## Settings\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| `")]
    fix = (
        "In docs/install.md, under Settings, the table must be exactly these lines (from config.Settings):\n"
    )
    assert lines == wanted_lines(), fix + "\n".join(wanted_lines())


def test_what_is_gone_is_explained() -> None:
    section = INSTALL.read_text().split("\n## Not used any more\n")[1].split("\n## ")[0]
    for name, why in env_file.GONE.items():
        assert f"`{name}`" in section
        assert why in re.sub(r"\s+", " ", section)


@pytest.mark.parametrize("field", config.Settings.model_fields.values(), ids=lambda field: field.alias)
def test_every_variable_has_a_sentence(field) -> None:
    assert field.alias == field.alias.upper()
    assert field.description
    assert field.description.endswith((".", ")"))


def refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> str:
    monkeypatch.setenv(name, value)
    config.settings.cache_clear()
    with pytest.raises(config.ConfigError) as error:
        config.settings()
    assert name in str(error.value)
    return str(error.value)


@pytest.mark.parametrize(
    ("name", "value", "fix"),
    [
        ("DATABASE_URL", "mysql://here", "postgresql://user:password@host:5432/name"),
        ("DATABASE_URL", "postgresql://me:p/ss@db:5432/x", "write @ as %40"),
        ("SECRET_KEY", "short", "openssl rand -hex 32"),
        ("SECRET_KEY", "x" * 64, "it can be guessed"),
        ("BASE_URL", "vault.example.org", "http:// or https://"),
        ("HTTP_PORT", "eighty", "valid integer"),
        ("HTTP_PORT", "70000", "65535"),
        ("JOBS_WORKERS", "65", "64"),
        ("MAP_TILE_URL", "https://tiles.example.org/", "{z}, {x} and {y}"),
        ("MAPBOX_TOKEN", "sk.secret", "public token"),
        ("VITE_MAPBOX_TOKEN", "sk.secret", "public token"),
        ("MILEVAULT_RUNS_IN", "podman", "docker, here"),
        ("BACKUP_AT", "25:00", "as 03:00, or never"),
    ],
)
def test_a_wrong_value_is_named_with_its_fix(name: str, value: str, fix: str, monkeypatch) -> None:
    said = refused(monkeypatch, name, value)
    assert fix in said
    assert "docs/install.md" in said
    if name in ("SECRET_KEY", "MAPBOX_TOKEN"):
        assert value not in said  # secrets are not shown


@pytest.mark.parametrize("host", ["192.168.1.5", "vault.example.org", "8.8.8.8", "[2001:db8::1]"])
def test_a_guessable_password_on_a_server_that_others_reach_is_refused(host: str, monkeypatch) -> None:
    for user, password in (
        ("milevault", "milevault"),
        ("ann", "Postgres"),
        ("ann", "ann"),
        ("x", "change%2Dme"),
    ):
        said = refused(monkeypatch, "DATABASE_URL", f"postgresql://{user}:{password}@{host}:5432/x")
        assert "ALTER USER" in said


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://milevault:milevault@db:5432/milevault",  # Docker's own network, which nobody else can reach
        "postgresql://milevault:milevault@localhost/x",
        "postgresql://milevault:milevault@127.0.0.1/x",
        "postgresql://milevault:milevault@/x?host=/run/postgresql",
        "postgresql://milevault@vault.example.org/x",  # no password: a certificate, or a password file
        "postgresql://milevault:6d1f0a9c@vault.example.org/x",
        "postgresql://milevault:6d1f0a9c@one.example.org:5432,two.example.org:5432/x",
    ],
)
def test_what_is_no_risk_is_let_through(url: str, monkeypatch) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    config.settings.cache_clear()
    assert config.settings().database_url == url


@pytest.mark.parametrize(
    "form", ["postgresql+asyncpg", "postgresql+psycopg", "postgresql+psycopg2", "postgres"]
)
def test_other_spellings_of_the_address(form: str, monkeypatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"{form}://me:secret@db:5432/x")
    config.settings.cache_clear()
    assert config.settings().database_url == "postgresql://me:secret@db:5432/x"


def test_either_name_of_the_token(monkeypatch) -> None:
    monkeypatch.setenv("VITE_MAPBOX_TOKEN", "pk.old")
    config.settings.cache_clear()
    assert config.settings().satellite_token == "pk.old"
    monkeypatch.setenv("MAPBOX_TOKEN", "pk.new")
    config.settings.cache_clear()
    assert config.settings().satellite_token == "pk.new"


def test_empty_is_unset_as_docker_passes_it(monkeypatch) -> None:
    for field in config.Settings.model_fields.values():
        if field.alias != "MILEVAULT_DATA":
            monkeypatch.setenv(field.alias, "")
    config.settings.cache_clear()
    assert config.settings().jobs_workers == 0
    assert config.settings().http_port == 0


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch) -> None:
    file = tmp_path / ".env"
    file.write_text("BASE_URL=https://file.example\nADMIN_USERNAME=filed\nREDIS_URL=redis://x\n")
    monkeypatch.setenv("MILEVAULT_ENV_FILE", str(file))
    monkeypatch.setenv("BASE_URL", "https://shell.example")
    monkeypatch.delenv("REDIS_URL", raising=False)
    config.settings.cache_clear()
    found = config.settings()
    assert (found.base_url, found.admin_username) == ("https://shell.example", "filed")
    assert "REDIS_URL is not used any more" in config.unused()
    for name in ("ADMIN_USERNAME", "REDIS_URL"):  # set from the file, for child processes
        del os.environ[name]  # monkeypatch would restore them for later tests
