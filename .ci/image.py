#!/usr/bin/env python3
"""The Dockerfile without Docker: runs its commands in a Debian folder (debootstrap, chroot), then really starts there
what both images start, as the user they name, against a database.

    DATABASE_URL=$(.ci/timescale.sh start | tail -n 1) .ci/image.py

Needs Debian and root. Takes ten minutes or more and 4 GB in MILEVAULT_CI_CACHE, so no test run does it. It does not
cover the base image itself (here it is also Debian with Python), layers, the other architecture, memory limits, and the
read-only root (instead it checks that the programs, which do not run as root, write only to what compose.yaml mounts).
"""

import json
import os
import pwd
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SUITE, PACKAGES = "trixie", "python3,python3-venv,ca-certificates"
BASE = "FROM python:3.13-slim"  # what the Dockerfile begins with, and what the folder replaces
WRITABLE = ("tmp", "app/data", "backups")  # what compose.yaml mounts


def main() -> int:
    if os.getuid() != 0 or not shutil.which("debootstrap"):
        return fail("This needs Debian, root and debootstrap.")
    url = os.environ.get("DATABASE_URL")
    if not url:
        return fail("DATABASE_URL is missing: .ci/timescale.sh start prints one.")
    cache = cache_folder()
    base, wheels = debian(cache), packages(cache)
    images = {target: Image(cache / f"image-{target}", base, wheels) for target in ("app", "jobs")}
    for target, image in images.items():
        say(f"building {target}")
        image.build(target)
    return try_out(images, url)


def cache_folder() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    cache = Path(os.environ.get("MILEVAULT_CI_CACHE") or f"{home}/milevault-ci").absolute()
    cache.mkdir(parents=True, exist_ok=True)
    return cache


def debian(cache: Path) -> Path:
    """A Debian with Python in /usr/local, as in python:3.13-slim."""
    base = cache / "python-base"
    if (base / ".made").exists():
        return base
    say(f"making {base}")
    shutil.rmtree(base, ignore_errors=True)
    source = os.environ.get("MILEVAULT_CI_MIRROR", "http://deb.debian.org/debian")
    run("debootstrap", "--variant=minbase", f"--include={PACKAGES}", SUITE, str(base), source)
    run("chroot", str(base), "python3", "-m", "venv", "/usr/local")
    (base / ".made").touch()
    return base


def packages(cache: Path) -> Path:
    """The pinned packages as wheels, fetched by this machine's pip, because the folder has no network."""
    wheels = cache / "wheels"
    # `pip wheel`, because one of them comes as source only, and its build tools are not among the wheels.
    words = ["wheel", "--quiet", "--wheel-dir", str(wheels), "-r", str(ROOT / "requirements-jobs.txt")]
    run(os.environ.get("MILEVAULT_CI_PYTHON", sys.executable), "-m", "pip", *words, cwd=ROOT)
    return wheels


class Image:
    """A folder in which the Dockerfile's instructions are carried out."""

    def __init__(self, folder: Path, base: Path, wheels: Path) -> None:
        self.folder, self.base, self.wheels = folder, base, wheels
        self.env = {"PATH": "/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
        self.user, self.workdir, self.command = "root", "/", []
        self.health: list[str] = []

    def build(self, target: str) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        run("cp", "-a", str(self.base), str(self.folder))
        run("cp", "-a", str(self.wheels), str(self.folder / "wheels"))
        stages = re.split(r"(?m)^(?=FROM )", (ROOT / "Dockerfile").read_text())
        by_name = {stage.split()[3]: stage for stage in stages if stage.startswith("FROM ")}
        wanted = by_name[target]
        parent = by_name[wanted.split()[1]]
        assert parent.startswith(BASE), f"The Dockerfile no longer begins with {BASE}."
        for stage in (parent, wanted):
            for word, rest in instructions(stage):
                getattr(self, f"do_{word.lower()}")(rest)
        shutil.rmtree(self.folder / "wheels")

    def do_from(self, rest: str) -> None:
        pass

    do_expose = do_from

    def do_healthcheck(self, rest: str) -> None:
        command = rest.partition("CMD ")[2]
        self.health = json.loads(command) if command.startswith("[") else ["/bin/sh", "-c", command]

    def do_env(self, rest: str) -> None:
        self.env |= dict(pair.split("=", 1) for pair in shlex.split(rest))

    def do_workdir(self, rest: str) -> None:
        self.workdir = rest
        (self.folder / rest.lstrip("/")).mkdir(parents=True, exist_ok=True)

    def do_copy(self, rest: str) -> None:
        *names, _ = rest.split()
        here = self.folder / self.workdir.lstrip("/")
        for name in names if names != ["."] else in_context():
            (here / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, here / name)

    def do_run(self, rest: str) -> None:
        offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "/wheels", "PIP_ROOT_USER_ACTION": "ignore"}
        done = self.start(["/bin/sh", "-c", rest], offline)
        assert done.wait() == 0, f"RUN {rest}"

    def do_user(self, rest: str) -> None:
        self.user = rest

    def do_cmd(self, rest: str) -> None:
        self.command = json.loads(rest)

    def start(self, words: list[str], more: dict[str, str], **options) -> subprocess.Popen:
        """A command inside, as the image's user, in its folder, with its environment and nothing else."""
        line = f"cd {shlex.quote(self.workdir)} && exec " + shlex.join(words)
        root = ["chroot", f"--userspec={self.user}:{self.user}", str(self.folder), "/bin/sh", "-c", line]
        return subprocess.Popen(root, env=self.env | more, **options)

    def written_since(self, when: float) -> list[str]:
        """Files that were made or changed outside the places that are mounted."""
        found = []
        for folder, folders, files in os.walk(self.folder):
            inside = str(Path(folder).relative_to(self.folder))
            folders[:] = [f for f in folders if os.path.normpath(f"{inside}/{f}") not in WRITABLE]
            found += [f"{inside}/{f}" for f in files if (Path(folder) / f).lstat().st_ctime > when]
        return found


def instructions(stage: str) -> list[tuple[str, str]]:
    lines = [line for line in stage.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    whole = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [tuple(line.split(None, 1)) for line in whole.splitlines()]  # type: ignore[misc]


def in_context() -> list[str]:
    """The files that `COPY . .` copies: those in git, without those in .dockerignore."""
    names = subprocess.check_output(["git", "ls-files"], cwd=ROOT, text=True).splitlines()
    left_out = [line for line in (ROOT / ".dockerignore").read_text().split() if line]
    return [n for n in names if not any(fnmatch(n.split("/")[0], out.rstrip("/")) for out in left_out)]


def try_out(images: dict[str, Image], url: str) -> int:
    """Start what each image starts, wait until everything is healthy, and stop it as Docker does."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    more = {
        "DATABASE_URL": url,
        "SECRET_KEY": os.urandom(32).hex(),
        "JOBS_WORKERS": "1",
        "BACKUP_AT": "never",
    }
    begun, running = time.time(), {}
    try:
        for name, image in images.items():
            words = [word.replace("8501", str(port)) for word in image.command]
            say(f"starting {name}: {shlex.join(words)}")
            running[name] = image.start(words, more)
        for path in ("/_stcore/health", "/healthz"):
            code = wait_for(f"http://127.0.0.1:{port}{path}", running)
            say(f"{path} answers {code}")
            if code != 200:
                return fail("It is not healthy.")
        for name, image in images.items():
            check = [word.replace("8501", str(port)) for word in image.health]
            if code := image.start(check, more).wait(60):
                return fail(f"The health check of {name} ends with {code}.")
            say(f"the health check of {name} passes")
        who = {name: owner_of(process.pid) for name, process in running.items()}
        say(f"they run as {who}")
        if "root" in who.values():
            return fail("An image runs as root.")
        for name, process in running.items():
            process.terminate()
            say(f"{name} ended with {process.wait(30)} when asked to")
    finally:
        for process in running.values():
            process.kill()
    for name, image in images.items():
        if written := image.written_since(begun):
            return fail(f"{name} wrote outside of what is mounted: {written[:10]}")
    tslearn = {
        name: any(i.folder.glob("usr/local/lib/python3*/site-packages/tslearn")) for name, i in images.items()
    }
    say(f"the engine of route matching is in: {tslearn}")
    if tslearn != {"app": False, "jobs": True}:
        return fail("It belongs in jobs only.")
    say("All of it worked.")
    return 0


def wait_for(address: str, running: dict[str, subprocess.Popen], patience_s: float = 600) -> int:
    end, code = time.monotonic() + patience_s, 0
    while time.monotonic() < end and code != 200 and all(p.poll() is None for p in running.values()):
        try:
            code = urllib.request.urlopen(address, timeout=10).status
        except urllib.error.HTTPError as error:
            code = error.code
        except OSError:
            code = 0
        time.sleep(0.5)
    return code


def owner_of(pid: int) -> str:
    uid = Path(f"/proc/{pid}").stat().st_uid
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def run(*words: str, **options) -> None:
    subprocess.run(words, check=True, stdout=sys.stderr, **options)


def say(sentence: str) -> None:
    sys.stderr.write(f"image: {sentence}\n")


def fail(sentence: str) -> int:
    say(sentence)
    return 1


if __name__ == "__main__":
    sys.exit(main())
