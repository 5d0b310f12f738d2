"""`.env` next to manage.py, which embedded mode, Docker Compose and everything else that starts MileVault read.

The environment overrides the file. `MILEVAULT_ENV_FILE` names another file; if it is empty, no file is read.
"""

import os
import re
import secrets
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

# Variables of the first MileVault that are no longer read, and why.
GONE = {
    "REDIS_URL": "the queue is in the database itself, so there is no Redis",
    "REDIS_PASSWORD": "the queue is in the database itself, so there is no Redis",
    "FILE_STORE_PATH": "original files are kept in the database, so that one backup holds everything",
}

_LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$")

HEAD = """\
# Settings of MileVault, made by `manage.py setup`. docs/install.md explains each.
# Keep this file as carefully as a backup, and apart from it: the secrets are in no backup.
"""


def path() -> Path | None:
    """The file to read; None when MILEVAULT_ENV_FILE is empty."""
    chosen = os.environ.get("MILEVAULT_ENV_FILE")
    if chosen is None:
        return ROOT / ".env"
    return Path(chosen) if chosen else None


def read(file: Path | None = None) -> dict[str, str]:
    """The variables of the file, in its order; empty if there is no file. Raises OSError if it cannot be read."""
    file = file or path()
    if file is None or not file.exists():
        return {}
    found = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        matched = _LINE.match(line)
        if matched and not line.lstrip().startswith("#"):
            found[matched[1]] = _value(matched[2])
    return found


def _value(text: str) -> str:
    """The value after `=`, without its quotes, or without a ` # comment` after an unquoted value."""
    for quote in ("'", '"'):
        if len(text) > 1 and text.startswith(quote):
            end = text.find(quote, 1)
            if end > 0:
                return text[1:end]
    return re.split(r"(?:^|\s)#", text, maxsplit=1)[0].rstrip()


def is_open_to_others(file: Path) -> bool:
    """Whether the file exists and its mode gives the group or others any access."""
    return file.exists() and bool(file.stat().st_mode & 0o077)


def write(file: Path, wanted: dict[str, tuple[str, str]]) -> list[str]:
    """Create the file, or append the variables that it lacks; returns the names that were added.

    wanted: name -> (comment, value). Existing lines are never changed; a new file is readable by its owner only.
    """
    there = read(file)
    missing = {name: each for name, each in wanted.items() if name not in there}
    if not missing:
        return []
    old = file.read_text(encoding="utf-8") if file.exists() else ""
    text = old or HEAD
    if text and not text.endswith("\n"):
        text += "\n"
    for name, (comment, value) in missing.items():
        text += f"\n# {comment}\n{name}={value}\n"
    mode = file.stat().st_mode & 0o777 if file.exists() else 0o600
    draft = file.with_name(file.name + ".new")  # renamed at the end: nobody reads a partly written file
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    if old:  # keep the mode the owner chose, even if others can read the file; `status` reports it
        os.chmod(draft, mode)
    os.replace(draft, file)
    return list(missing)


def fresh_secret() -> str:
    """64 random hexadecimal digits, which need no quoting in a shell, a URL or a YAML file."""
    return secrets.token_hex(32)
