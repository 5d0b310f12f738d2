"""`setup`: write `.env` with new secrets. Asks no questions and changes no existing line."""

import shutil
import subprocess
from pathlib import Path

from milevault_core import env_file

_OLD_DATABASE = (
    "DB_PASSWORD was left out: Docker's database already exists, with the password it was made with. "
    "To change it: docker compose exec db psql -U milevault -c \"ALTER USER milevault PASSWORD '…'\", then write "
    "the same DB_PASSWORD into .env."
)


def setup(words: list[str]) -> int:
    """Write the missing variables, print the next step and return the exit code. words: may have --docker or --here."""
    unknown = [word for word in words if word not in ("--docker", "--here")]
    if unknown:
        print(
            "usage: manage.py setup [--docker | --here]\n\nWrites .env with new secrets, next to manage.py. Existing "
            "lines are never changed.\n\n  --docker  all commands act on the Docker Compose project\n"
            "  --here    all commands act on this machine, without Docker"
        )
        return 0 if set(unknown) <= {"-h", "--help"} else 2
    file = env_file.path()
    if file is None:
        print("MILEVAULT_ENV_FILE is empty, so there is no file to write.")
        return 1
    is_docker = "--docker" in words
    wanted = {
        "SECRET_KEY": (
            "Encrypts what even someone who reads the database must not see. In no backup: without it, other "
            "services have to be connected again.",
            env_file.fresh_secret(),
        )
    }
    left_out = volume_exists()
    if not left_out:
        wanted["DB_PASSWORD"] = ("Docker only: the password of the database's user.", env_file.fresh_secret())
    if is_docker or "--here" in words:
        way = "docker" if is_docker else "here"
        wanted["MILEVAULT_RUNS_IN"] = ("Where the commands of manage.py act: docker or here.", way)
    try:
        existed = file.exists()
        added = env_file.write(file, wanted)
    except OSError as error:
        print(f"{file} cannot be written: {error.strerror}.")
        return 1
    print(_told(file, existed, added))
    if left_out and "DB_PASSWORD" not in env_file.read(file):
        print(_OLD_DATABASE)
    elif is_docker and env_file.read(file).get("MILEVAULT_RUNS_IN") != "docker":
        print(f"{file} has another MILEVAULT_RUNS_IN, which was not changed.")
    print("Next: python3 manage.py start")
    return 0


def _told(file: Path, existed: bool, added: list[str]) -> str:
    if not added:
        return f"{file} has all it needs; nothing was changed."
    if existed:
        return f"Added to {file}: {', '.join(added)}. What was there is unchanged."
    return f"Made {file}, which only you can read, with new secrets: {', '.join(added)}."


def volume_exists() -> bool:
    """Whether this project already has a database volume in Docker."""
    if shutil.which("docker") is None:
        return False
    try:
        done = subprocess.run(
            ["docker", "volume", "ls", "--quiet", "--filter", "name=^milevault_db$"],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and "milevault_db" in done.stdout.split()
