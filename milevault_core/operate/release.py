"""The folder for people who run MileVault from published images: the compose file, the proxy's configuration, an
example of .env with every variable, the pages about running it. Written from this tree itself; only the files named
here."""

from pathlib import Path

from milevault_core import config

ROOT = config.ROOT
# Where it is here -> where it is there.
FILES = {
    "compose.deploy.yaml": "compose.yaml",
    "deploy/Caddyfile": "deploy/Caddyfile",
    "deploy/nginx.conf.example": "deploy/nginx.conf.example",
    "deploy/below-a-path.Caddyfile": "deploy/below-a-path.Caddyfile",
    "deploy/below-a-path.nginx.conf": "deploy/below-a-path.nginx.conf",
    "scripts/pin-images.sh": "scripts/pin-images.sh",
    "docs/backup.md": "docs/backup.md",
    "docs/proxies.md": "docs/proxies.md",
    "docs/accounts.md": "docs/accounts.md",
}
# What only counts outside containers.
_NOT_THERE = frozenset({"MILEVAULT_DATA", "DATABASE_URL", "MILEVAULT_RUNS_IN"})
_SECRETS = ("SECRET_KEY", "DB_PASSWORD")
README = """# MileVault

A home for your training and health history, on your own machine.

1. `cp .env.example .env`, and fill in the lines at its top: `MILEVAULT_IMAGE`, `SECRET_KEY` and `DB_PASSWORD`
   (`openssl rand -hex 32` makes one).
2. `docker compose up --detach --wait`
3. `docker compose exec app python -m milevault_core.cli first-account` prints the link that makes the first account.

| | |
|---|---|
| what it says | `docker compose logs --follow` |
| how it is | `docker compose exec app python -m milevault_core.cli status` |
| a backup now | `docker compose exec jobs python -m milevault_core.cli backup /backups/now.tar` |
| a newer version | `docker compose pull && docker compose up --detach --wait` (a backup first) |

Nightly backups are in the volume `backups`, or in the folder that `BACKUP_FOLDER` names:
[docs/backup.md](docs/backup.md).
Behind your own proxy, and https: [docs/proxies.md](docs/proxies.md). Accounts: [docs/accounts.md](docs/accounts.md).
"""


class NotEmpty(Exception):
    """The folder has something in it; `str()` says which."""


def write(folder: Path) -> list[Path]:
    """Write the folder; the files that are in it then. Raises NotEmpty, and OSError."""
    if folder.exists() and any(folder.iterdir()):
        raise NotEmpty(f"{folder} has something in it. Name a new folder, or empty that one.")
    made = {there: (ROOT / here).read_text() for here, there in FILES.items()}
    made["compose.yaml"] = made["compose.yaml"].replace("-f compose.deploy.yaml ", "")
    made |= {"README.md": README, ".env.example": example()}
    for name, text in made.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return sorted(folder / name for name in made)


def example() -> str:
    """.env.example: every variable with its sentence, commented out but for those that have to be filled in."""
    lines = [
        "# Fill in these.",
        "MILEVAULT_IMAGE=",
        *(f"{name}=" for name in _SECRETS),
        "",
        "# The rest is as it is.",
    ]
    for name, default, what in config.table():
        if name in _NOT_THERE or name in _SECRETS:
            continue
        lines += [f"# {what}", f"#{name}={default.strip('`')}"]
    return "\n".join(lines) + "\n"
