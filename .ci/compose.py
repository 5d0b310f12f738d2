#!/usr/bin/env python3
"""The compose files with a real Docker engine on a machine that cannot fetch images: the engine runs in a network
namespace of its own, third-party images are stand-ins built from Debian's packages under the same names, ours are built
from the Dockerfile, and scripts/try-compose.sh does the rest.

    .ci/compose.py

Needs Debian and root, with dockerd, docker compose 2 (Debian 13: docker.io, docker-cli, docker-compose, iptables),
caddy and debootstrap. Takes twenty minutes and 5 GB in MILEVAULT_CI_CACHE, so no test run does it. docs/proxies.md says
when it last ran to its end. It does not cover the third-party images themselves (how they start, as which user, with
which paths), arm64, and a certificate from outside.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import image

ROOT = image.ROOT
INSIDE = "MILEVAULT_CI_ENGINE"  # set: we are in the engine's own network
NEEDED = ("dockerd", "docker", "caddy", "debootstrap", "unshare", "ip")
POSTGRES = "/usr/lib/postgresql/17/bin"
# As the TimescaleDB image does: the first start makes the database with a server that listens only on the socket.
ENTRY = f"""#!/bin/bash
set -e
data=/var/lib/postgresql/18/docker
as_postgres() {{ setpriv --reuid=postgres --regid=postgres --init-groups "$@"; }}
chown postgres /var/lib/postgresql
if [ ! -e $data/PG_VERSION ]; then
    as_postgres mkdir -p $data
    install -o postgres -m 600 <(echo "$POSTGRES_PASSWORD") /tmp/password
    as_postgres {POSTGRES}/initdb -D $data -U "$POSTGRES_USER" --pwfile=/tmp/password -A scram-sha-256 --locale=C.UTF-8
    echo "host all all all scram-sha-256" >>$data/pg_hba.conf
    echo "shared_preload_libraries = 'timescaledb'" >>$data/postgresql.conf
    as_postgres {POSTGRES}/pg_ctl -D $data -w start -o "-c listen_addresses= -c unix_socket_directories=/tmp"
    PGPASSWORD=$POSTGRES_PASSWORD {POSTGRES}/createdb -h /tmp -U "$POSTGRES_USER" "$POSTGRES_DB"
    as_postgres {POSTGRES}/pg_ctl -D $data -w stop -m fast
fi
exec setpriv --reuid=postgres --regid=postgres --init-groups {POSTGRES}/postgres -D $data \\
    -c listen_addresses='*' -c unix_socket_directories=/tmp
"""
WGET = '#!/bin/sh\nexec python3 -c "import sys, urllib.request as u; u.urlopen(sys.argv[-1])" "$@"\n'


def main() -> int:
    if os.getuid() != 0 or (missing := [name for name in NEEDED if not shutil.which(name)]):
        return image.fail(f"This needs root and: {', '.join(missing if os.getuid() == 0 else NEEDED)}.")
    cache = image.cache_folder()
    if os.environ.get(INSIDE):
        return with_an_engine(cache)
    image.debian(cache)
    image.packages(cache)
    for word in ("start", "stop"):  # this leaves the Debian with TimescaleDB in the cache
        image.run(
            str(ROOT / ".ci" / "timescale.sh"), word, env=os.environ | {"MILEVAULT_CI_CACHE": str(cache)}
        )
    alone = ["unshare", "--net", "--mount", "--propagation", "private"]
    return subprocess.call([*alone, sys.executable, __file__], env=os.environ | {INSIDE: "1"})


def with_an_engine(cache: Path) -> int:
    """Start the engine, make the stand-ins, run the script, and stop the engine."""
    image.run("ip", "link", "set", "lo", "up")
    home = cache / "engine"
    home.mkdir(exist_ok=True)
    os.environ["DOCKER_HOST"] = f"unix://{home}/socket"
    words = ["--data-root", f"{home}/data", "--exec-root", f"{home}/run", "--pidfile", f"{home}/pid"]
    with (home / "log").open("w") as log:
        engine = subprocess.Popen(
            ["dockerd", *words, "--host", os.environ["DOCKER_HOST"]], stdout=log, stderr=log
        )
    try:
        while subprocess.run(["docker", "info"], capture_output=True).returncode:
            if engine.poll() is not None:
                return image.fail(f"The engine did not start; {home}/log says why.")
            time.sleep(0.5)
        make_stand_ins(cache, home / "more")
        return subprocess.call(["bash", str(ROOT / "scripts" / "try-compose.sh")])
    finally:
        engine.terminate()
        engine.wait(60)


def make_stand_ins(cache: Path, more: Path) -> None:
    """Images under the names that the compose files and the Dockerfile use."""
    text = (ROOT / "compose.yaml").read_text()
    names = dict(re.findall(r"(?m)^  (\w+):\n    image: ([^\s@]+)", text))
    shutil.rmtree(more, ignore_errors=True)
    for name, text in {"db/entry": ENTRY, "proxy/usr/bin/wget": WGET}.items():
        (more / name).parent.mkdir(parents=True)
        (more / name).write_text(text)
        (more / name).chmod(0o755)
    shutil.copy2(str(shutil.which("caddy")), more / "proxy/usr/bin/caddy")
    offline = "ENV PIP_NO_INDEX=1 PIP_FIND_LINKS=/wheels PIP_ROOT_USER_ACTION=ignore"
    path = f"ENV PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin:{POSTGRES}"
    python, database = cache / "python-base", cache / "trixie"
    make(
        image.BASE.removeprefix("FROM "), [(python, "."), (cache, "wheels")], offline, path, 'CMD ["python3"]'
    )
    make(names["db"], [(database, "."), (more / "db", "entry")], path, 'ENTRYPOINT ["/entry"]')
    caddy = 'CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]'
    homes = "ENV XDG_CONFIG_HOME=/config XDG_DATA_HOME=/data"
    make(
        names["proxy"],
        [(python, "."), (more / "proxy", "usr/bin/wget"), (more / "proxy", "usr/bin/caddy")],
        homes,
        path,
        caddy,
    )


def make(name: str, parts: list[tuple[Path, str]], *changes: str) -> None:
    """Import these folders as an image, unless it is there."""
    if subprocess.run(["docker", "image", "inspect", name], capture_output=True).returncode == 0:
        return
    image.say(f"a stand-in for {name}")
    words = [word for folder, inside in parts for word in ("-C", str(folder), inside)]
    packed = subprocess.Popen(["tar", "--create", "--numeric-owner", *words], stdout=subprocess.PIPE)
    options = [word for change in changes for word in ("--change", change)]
    subprocess.run(
        ["docker", "import", *options, "-", name], stdin=packed.stdout, check=True, stdout=sys.stderr
    )
    assert packed.wait() == 0, name


if __name__ == "__main__":
    sys.exit(main())
