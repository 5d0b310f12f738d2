"""The folder for people who run MileVault from published images: the compose file, proxy configurations, an example
.env with every variable, and pages about running it. It is made from this tree and has only the files named here."""

from pathlib import Path

from milevault_core import config

ROOT = config.ROOT
# Path in the source tree -> path in the folder.
FILES = {
    "compose.deploy.yaml": "compose.yaml",
    "deploy/Caddyfile": "deploy/Caddyfile",
    "deploy/nginx.conf.example": "deploy/nginx.conf.example",
    "deploy/below-a-path.Caddyfile": "deploy/below-a-path.Caddyfile",
    "deploy/below-a-path.nginx.conf": "deploy/below-a-path.nginx.conf",
    "deploy/traefik.yaml.example": "deploy/traefik.yaml.example",
    "scripts/pin-images.sh": "scripts/pin-images.sh",
    "docs/backup.md": "docs/backup.md",
    "docs/proxies.md": "docs/proxies.md",
    "docs/accounts.md": "docs/accounts.md",
}
# Variables that only matter outside containers.
_NOT_THERE = frozenset({"MILEVAULT_DATA", "DATABASE_URL", "MILEVAULT_RUNS_IN"})
_SECRETS = ("SECRET_KEY", "DB_PASSWORD")
# Descriptions of variables that mean something else inside a container.
_INSIDE = {
    "IMPORT_FOLDER": "`/import` for a folder whose files are imported automatically: one sub-folder per user, with the "
    "user's name. It is only read. A file compose.override.yaml mounts it: "
    '`services: {jobs: {volumes: ["/home/ann/training:/import:ro"]}}`.'
}
# Variables that the compose file reads: name, default there, description.
COMPOSE = (
    ("MILEVAULT_VERSION", "latest", "Which version of the images, for example `0.2.0`."),
    ("HTTP_PORT", "80", "Port people open."),
    (
        "SITE_ADDRESS",
        ":80",
        "Your domain name, for example `vault.example.org`: the proxy then gets a certificate by itself. It needs "
        "HTTPS_PORT=443, and BASE_URL with https.",
    ),
    ("HTTPS_PORT", "127.0.0.1:", "443 with a domain name in SITE_ADDRESS; otherwise leave it."),
    (
        "SUBNET",
        "172.31.84.0/24",
        "Addresses of the containers' own network; change it if these are in use.",
    ),
    ("APPS", "app:8501", "The apps behind the proxy; if there are several, separate them with spaces."),
    (
        "BACKUP_FOLDER",
        "backups",
        "Folder of the nightly backups: an absolute path on this machine; without it, a Docker volume.",
    ),
    ("APP_MEMORY", "2g", "Memory limit of the app."),
    ("JOBS_MEMORY", "3g", "Memory limit of the jobs process and its workers."),
    ("DB_MEMORY", "2g", "Memory limit of the database."),
)
README = """# MileVault

A home for your training and health history, on your own machine.

1. `cp .env.example .env`, and fill in the lines at its top: `MILEVAULT_IMAGE`, `SECRET_KEY` and `DB_PASSWORD`
   (`openssl rand -hex 32` makes one).
2. `docker compose up --detach --wait`
3. `docker compose exec app python manage.py first-account` prints the link that makes the first account.

| | |
|---|---|
| show the logs | `docker compose logs --follow` |
| show the status | `docker compose exec app python manage.py status` |
| apply a changed `.env` | `docker compose up --detach --wait` |
| set a user's password | `docker compose exec app python manage.py user password NAME` |
| make a backup now | `docker compose exec jobs python manage.py backup /backups/now.tar` |
| verify it | `docker compose exec jobs python manage.py backup verify /backups/now.tar` |
| list the backups | `docker compose exec jobs ls -l /backups` |
| update | make a backup, then `docker compose pull && docker compose up --detach --wait` |
| pin third-party images by digest | `bash scripts/pin-images.sh`, so that a later `pull` gets the same images |

To restore a backup, replacing what is there (which is backed up first):
```sh
docker compose stop app jobs
docker compose run --rm jobs python manage.py restore /backups/now.tar --replace
docker compose up --detach --wait
```

Nightly backups are in the volume `backups`, or in the folder that `BACKUP_FOLDER` names:
[docs/backup.md](docs/backup.md).
Behind your own proxy, and https: [docs/proxies.md](docs/proxies.md). Accounts: [docs/accounts.md](docs/accounts.md).
Where these pages say `python3 manage.py`, write `docker compose exec app python manage.py` here. Tests and scripts that
are not in this folder are in MileVault's repository.
"""


class NotEmpty(Exception):
    """The folder is not empty; `str()` names it."""


def write(folder: Path) -> list[Path]:
    """Write the folder and return the files in it. Raises NotEmpty and OSError."""
    if folder.exists() and any(folder.iterdir()):
        raise NotEmpty(f"{folder} is not empty. Name a new folder, or empty that one.")
    made = {there: (ROOT / here).read_text() for here, there in FILES.items()}
    made["compose.yaml"] = made["compose.yaml"].replace("-f compose.deploy.yaml ", "")
    made |= {"README.md": README, ".env.example": example()}
    for name, text in made.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return sorted(folder / name for name in made)


def example() -> str:
    """The text of .env.example: every variable with its description, all but the required ones commented out."""
    lines = [
        "# Fill in these.",
        "MILEVAULT_IMAGE=",
        *(f"{name}=" for name in _SECRETS),
        "",
        "# The rest is optional.",
    ]
    by_compose = {name for name, _, _ in COMPOSE}
    rest = [row for row in config.table() if row[0] not in _NOT_THERE | by_compose | set(_SECRETS)]
    for name, default, what in (*COMPOSE, *rest):
        lines += [f"# {_INSIDE.get(name, what)}", f"#{name}={default.strip('`')}"]
    return "\n".join(lines) + "\n"
