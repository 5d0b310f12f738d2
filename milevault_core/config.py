"""The environment as one frozen Settings. Every variable MileVault knows is a field here; a wrong value stops
the start with its name and what to write instead."""

from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class ConfigError(Exception):
    """An environment variable has a value that cannot be used; `str()` says which and what to write."""


class Settings(BaseSettings):
    """One field a variable; the name of the variable is the field's alias."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", case_sensitive=True, populate_by_name=True)

    data: Annotated[Path, NoDecode] = Field(
        Path("data"),
        alias="MILEVAULT_DATA",
        description="Folder of the embedded database; unused when DATABASE_URL is set.",
    )
    database_url: str = Field(
        "", alias="DATABASE_URL", description="PostgreSQL or TimescaleDB to use instead of the embedded one."
    )
    base_url: str = Field(
        "", alias="BASE_URL", description="Address people open, for example https://vault.example.org."
    )
    admin_username: str = Field("admin", alias="ADMIN_USERNAME", description="Name of the first account.")
    admin_password: str = Field(
        "", alias="ADMIN_PASSWORD", description="If set, makes the first account instead of the browser."
    )
    jobs_workers: int = Field(
        0, alias="JOBS_WORKERS", ge=0, le=64, description="Worker processes; 0 means min(cores, 4)."
    )
    tile_url: str = Field(
        "https://tile.openstreetmap.org/{z}/{x}/{y}.png",
        alias="MAP_TILE_URL",
        description="Raster tiles of the map's background; empty for none.",
    )
    tile_attribution: str = Field(
        "© OpenStreetMap contributors", alias="MAP_TILE_ATTRIBUTION", description="Who made the tiles."
    )

    @field_validator("database_url")
    @classmethod
    def _postgresql(cls, value: str) -> str:
        """Any spelling of a PostgreSQL address, as plain `postgresql://` (what libpq reads)."""
        for prefix in (
            "postgresql+asyncpg://",
            "postgresql+psycopg://",
            "postgresql+psycopg2://",
            "postgres://",
        ):
            if value.startswith(prefix):
                return "postgresql://" + value[len(prefix) :]
        if value and not value.startswith("postgresql://"):
            raise ValueError("write it as postgresql://user:password@host:5432/name, or leave it empty")
        return value

    @field_validator("base_url")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("it begins with http:// or https://")
        return value.rstrip("/")

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once. Raises ConfigError with the variable's name and the fix."""
    try:
        return Settings()  # type: ignore[call-arg]
    except ValidationError as error:
        lines = [f"{e['loc'][0]}: {e['msg'].removeprefix('Value error, ')}" for e in error.errors()]
        raise ConfigError("The environment has a value MileVault cannot use. " + "; ".join(lines)) from None
