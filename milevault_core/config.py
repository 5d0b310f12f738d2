"""The environment as one frozen Settings object. Every variable that MileVault reads is a field here, with the
description that docs/install.md shows (a test compares them). MileVault refuses to start with an invalid value.

`.env` next to manage.py is read too; variables of the environment override it.
"""

import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from milevault_core import env_file
from milevault_core.secrets_rules import check_database_password, check_secret_key

ROOT = env_file.ROOT


class ConfigError(Exception):
    """An environment variable has an invalid value; `str()` says which one and what to write."""


def postgresql_url(value: str) -> str:
    """A PostgreSQL URL with any known scheme, as plain `postgresql://` (which libpq reads). Raises ValueError."""
    for prefix in ("postgresql+asyncpg://", "postgresql+psycopg://", "postgresql+psycopg2://", "postgres://"):
        if value.startswith(prefix):
            value = "postgresql://" + value[len(prefix) :]
    if value and not value.startswith("postgresql://"):
        raise ValueError("write it as postgresql://user:password@host:5432/name, or leave it empty")
    return value


class Settings(BaseSettings):
    """One field for each variable; the field's alias is the name of the variable."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", case_sensitive=True, populate_by_name=True)

    data: Annotated[Path, NoDecode] = Field(
        Path("data"),
        alias="MILEVAULT_DATA",
        description="Folder of the embedded database; unused when `DATABASE_URL` is set.",
    )
    database_url: str = Field(
        "",
        alias="DATABASE_URL",
        description="PostgreSQL or TimescaleDB to use instead of the embedded one; `postgresql+asyncpg://` is "
        "understood too. With Docker it is built from `DB_USER` and `DB_PASSWORD`.",
    )
    secret_key: str = Field(
        "",
        alias="SECRET_KEY",
        description="Encrypts what even someone who reads the database must not see (passwords and tokens of "
        "other services); "
        "32 characters or more. `manage.py setup` makes one. It is in no backup: keep it apart.",
    )
    secret_key_old: str = Field(
        "",
        alias="SECRET_KEY_OLD",
        description="The previous `SECRET_KEY`: still decrypts what it encrypted, until that is encrypted again.",
    )
    base_url: str = Field(
        "",
        alias="BASE_URL",
        description="Address people open, for example `https://vault.example.org` or `https://home.example/vault`; "
        "with https, cookies are Secure.",
    )
    allowed_hosts: str = Field(
        "",
        alias="ALLOWED_HOSTS",
        description="Other host names people open it at, separated by commas; `*.example.org` allows every name below "
        "example.org. `BASE_URL`'s, plain addresses and names of the local network (`nas`, `nas.local`) are always "
        "allowed.",
    )
    trusted_proxies: str = Field(
        "",
        alias="TRUSTED_PROXIES",
        description="Addresses or networks, separated by commas, of proxies in front whose `X-Forwarded-For` says who "
        "the visitor is; nobody else's is believed.",
    )
    http_port: int = Field(
        0,
        alias="HTTP_PORT",
        ge=0,
        le=65535,
        description="Port people open. 0 means the first free one from 8501, and 80 with Docker.",
    )
    admin_username: str = Field("admin", alias="ADMIN_USERNAME", description="Name of the first account.")
    admin_password: str = Field(
        "",
        alias="ADMIN_PASSWORD",
        description="If set, makes the first account instead of the browser; twelve characters or more. Remove "
        "it afterwards: it has no further effect.",
    )
    jobs_workers: int = Field(
        0,
        alias="JOBS_WORKERS",
        ge=0,
        le=64,
        description="Worker processes, at most 64; 0 means one per core, at most four.",
    )
    backup_folder: Annotated[Path | None, NoDecode] = Field(
        None,
        alias="BACKUP_FOLDER",
        description="Folder of the nightly backups; empty means `backups` in `MILEVAULT_DATA`.",
    )
    backup_at: str = Field(
        "03:00",
        alias="BACKUP_AT",
        description="Time of the nightly backup, by this machine's clock; `never` for none.",
    )
    import_folder: str = Field(
        "",
        alias="IMPORT_FOLDER",
        description="A folder whose files are imported automatically: one sub-folder per user, with the "
        "user's name. It is only read.",
    )
    tile_url: str = Field(
        "https://tile.openstreetmap.org/{z}/{x}/{y}.png",
        alias="MAP_TILE_URL",
        description="Raster tiles of the map's background; empty for none.",
    )
    tile_attribution: str = Field(
        "© OpenStreetMap contributors", alias="MAP_TILE_ATTRIBUTION", description="Who made the tiles."
    )
    mapbox_token: str = Field(
        "",
        alias="MAPBOX_TOKEN",
        description="A public Mapbox token (`pk.…`): maps then offer satellite pictures as background.",
    )
    vite_mapbox_token: str = Field(
        "", alias="VITE_MAPBOX_TOKEN", description="The older name of `MAPBOX_TOKEN`, also accepted."
    )
    pocketid_issuer: str = Field(
        "",
        alias="POCKETID_ISSUER",
        description="Address of PocketID or another identity provider; settings made in the app override it.",
    )
    pocketid_client_id: str = Field(
        "", alias="POCKETID_CLIENT_ID", description="The client ID that the provider gave this server."
    )
    pocketid_client_secret: str = Field("", alias="POCKETID_CLIENT_SECRET", description="The client secret.")
    notify_url: str = Field(
        "",
        alias="NOTIFY_URL",
        description="Where to send a message when something stops (a backup, a sync, imports, a full disk), as "
        "[apprise](https://github.com/caronc/apprise) writes it: `mailto://…`, `ntfy://…`, `json://…`; several "
        "separated by spaces.",
    )
    heartbeat_url: str = Field(
        "",
        alias="HEARTBEAT_URL",
        description="An address to call every five minutes while all is well, for a service that notices silence.",
    )
    metrics_token: str = Field(
        "",
        alias="METRICS_TOKEN",
        description="Opens `/metrics` for Prometheus, as a bearer token of 16 characters or more; empty for none.",
    )
    log_format: Literal["plain", "json"] = Field(
        "plain",
        alias="LOG_FORMAT",
        description="`plain` lines in the logs, or `json`: one object per line, with the ids of requests and jobs.",
    )
    db_user: str = Field("milevault", alias="DB_USER", description="Docker only: the database's user.")
    db_password: str = Field(
        "milevault",
        alias="DB_PASSWORD",
        description="Docker only: the database's password. The default is fine only because the database's port is "
        "not published; `manage.py setup` makes a secret one.",
    )
    runs_in: str = Field(
        "",
        alias="MILEVAULT_RUNS_IN",
        description="Where `manage.py` commands act: `docker` (the Compose project), `here` (this machine), or empty: "
        "Docker if its project is running, otherwise here.",
    )

    @field_validator("http_port", "jobs_workers", mode="before")
    @classmethod
    def _empty_is_unset(cls, value: Any) -> Any:
        return 0 if value == "" else value

    @field_validator("database_url")
    @classmethod
    def _postgresql(cls, value: str) -> str:
        return check_database_password(postgresql_url(value))

    @field_validator("secret_key")
    @classmethod
    def _secret(cls, value: str) -> str:
        return check_secret_key(value)

    @field_validator("backup_folder", mode="before")
    @classmethod
    def _folder(cls, value: str | Path | None) -> str | Path | None:
        return value or None

    @field_validator("backup_at")
    @classmethod
    def _time_of_day(cls, value: str) -> str:
        if value and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d|never", value):
            raise ValueError("write a time of day as 03:00, or never")
        return value or "03:00"

    @field_validator("base_url")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("it begins with http:// or https://")
        value = value.rstrip("/")
        path = "/".join(value.split("/")[3:])
        if path and not re.fullmatch(r"[A-Za-z0-9_~-]+(/[A-Za-z0-9_~-]+)*", path):
            raise ValueError("its path has letters, digits, - and _ only, as in https://home.example/vault")
        return value

    @field_validator("tile_url")
    @classmethod
    def _tiles(cls, value: str) -> str:
        if value and not all(part in value for part in ("{x}", "{y}", "{z}")):
            raise ValueError("write it with {z}, {x} and {y}, or leave it empty for no background")
        return value

    @field_validator("mapbox_token", "vite_mapbox_token")
    @classmethod
    def _public_token(cls, value: str) -> str:
        if value and not value.startswith("pk."):
            raise ValueError(
                "every visitor's browser gets it, so it must be a public token, which begins with pk."
            )
        return value

    @field_validator("metrics_token")
    @classmethod
    def _long_enough(cls, value: str) -> str:
        if value and len(value) < 16:
            raise ValueError("it is too short to be a secret; `openssl rand -hex 16` makes one")
        return value

    @field_validator("heartbeat_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("it begins with http:// or https://")
        return value

    @field_validator("log_format", mode="before")
    @classmethod
    def _format(cls, value: str) -> str:
        return value or "plain"

    @field_validator("runs_in")
    @classmethod
    def _known_way(cls, value: str) -> str:
        if value not in ("", "docker", "here"):
            raise ValueError("write docker, here, or leave it empty")
        return value

    @property
    def root(self) -> str:
        """The path prefix of every URL of this server, such as "/vault"; "" when it has a host name of its own."""
        return "".join(f"/{part}" for part in self.base_url.split("/")[3:])

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def satellite_token(self) -> str:
        """The Mapbox token, from either variable; "" if neither is set."""
        return self.mapbox_token or self.vite_mapbox_token


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once. Raises ConfigError with the variable's name and the fix."""
    for name, value in _file().items():
        os.environ.setdefault(name, value)  # so that child processes get them too
    try:
        return Settings()  # type: ignore[call-arg]
    except ValidationError as error:
        lines = [f"{e['loc'][0]}: {e['msg'].removeprefix('Value error, ')}" for e in error.errors()]
        raise ConfigError(
            "The environment has a value MileVault cannot use. " + "; ".join(lines) + ". "
            "(docs/install.md explains every variable.)"
        ) from None


def from_file(name: str) -> str:
    """The value of a variable in `.env`; "" if it is not there."""
    return _file().get(name, "")


def _file() -> dict[str, str]:
    try:
        return env_file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{env_file.path()} cannot be read: {error}") from None


def workers() -> int:
    """Number of worker processes on this machine, which import and compute."""
    return settings().jobs_workers or min(os.cpu_count() or 1, 4)


def unused() -> str:
    """A line about variables of the first MileVault that are set but no longer used; "" if there are none."""
    found = [name for name in env_file.GONE if os.environ.get(name) or from_file(name)]
    return "; ".join(f"{name} is not used any more: {env_file.GONE[name]}" for name in found)


def table() -> list[tuple[str, str, str]]:
    """(name, default in Markdown, description) of every variable."""
    rows = []
    for field in Settings.model_fields.values():
        default = "" if field.default in ("", None) else f"`{field.default}`"
        rows.append((str(field.alias), default, str(field.description)))
    return rows
