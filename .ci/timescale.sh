#!/usr/bin/env bash
# A TimescaleDB server for the tests, on Debian as root (or with sudo): PostgreSQL 17 and TimescaleDB from Debian
# trixie, in a folder of their own (chroot), so that only debootstrap is installed on the machine.
#
#   .ci/timescale.sh start   prints the server's URL on standard output, everything else on standard error
#   .ci/timescale.sh stop
#
# The folder (550 MB) stays in MILEVAULT_CI_CACHE between runs; each start after a stop begins with an empty database.
# The server listens on 127.0.0.1, on a port of its own, with a password of its own. It needs no mounts (its shared
# memory is in files), so there is nothing to clean up. Any failure ends with a message and a non-zero exit code.
set -euo pipefail
umask 022

suite=trixie
packages=postgresql-17-timescaledb
bin=/usr/lib/postgresql/17/bin
cache=${MILEVAULT_CI_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/milevault-ci}
root=$cache/$suite
data=/var/lib/milevault # inside the root
recipe="$suite $packages 1" # if this text changes, the folder is built again

say() { echo "timescale: $*" >&2; }
fail() {
    say "$*"
    exit 1
}
in_root() { LC_ALL=C.UTF-8 chroot --userspec=postgres:postgres "$root" "$@"; }

# Remove a root, whole or half-made. A killed debootstrap leaves /proc mounted and perhaps processes at work.
remove() {
    local folder=$1 process mounted
    for process in /proc/[0-9]*; do
        if [ "$(readlink "$process/root" 2>/dev/null)" = "$folder" ]; then kill -KILL "${process#/proc/}" || true; fi
    done
    while read -r _ mounted _; do
        case $mounted in "$folder"/*) umount --lazy "$mounted" ;; esac
    done < <(tac /proc/mounts)
    rm -rf --one-file-system "$folder"
}

# The first of this machine's own package sources that has the suite.
mirror() {
    local uri
    while read -r uri; do
        case $uri in
        http*) if wget -q --spider "${uri%/}/dists/$suite/InRelease"; then echo "$uri" && return; fi ;;
        file:*) if [ -e "${uri#file:}/dists/$suite/InRelease" ]; then echo "$uri" && return; fi ;;
        esac
    done < <(apt-get indextargets --format '$(REPO_URI)' | awk '!seen[$0]++')
    return 1
}

make_root() {
    if [ "$(cat "$root/.recipe" 2>/dev/null)" = "$recipe" ]; then return; fi
    local new=$root.new from script=$suite http_proxy=${http_proxy:-}
    remove "$new"
    remove "$root"
    if ! command -v debootstrap >/dev/null || ! command -v wget >/dev/null; then
        { apt-get update && apt-get install -y --no-install-recommends debootstrap wget; } >&2 ||
            fail "debootstrap is not here and could not be installed with apt."
    fi
    if [ -z "$http_proxy" ]; then eval "$(apt-config shell http_proxy Acquire::http::Proxy)"; fi
    export http_proxy
    from=$(mirror) || fail "None of this machine's package sources has Debian $suite."
    [ -e "/usr/share/debootstrap/scripts/$suite" ] || script=sid
    say "making $root from $from"
    debootstrap --variant=minbase --include="$packages" "$suite" "$new" "$from" \
        "/usr/share/debootstrap/scripts/$script" >"$cache/debootstrap.log" 2>&1 || {
        tail -n 15 "$cache/debootstrap.log" >&2
        fail "debootstrap could not make Debian $suite; its log is $cache/debootstrap.log."
    }
    rm -rf "$new"/var/cache/apt/archives/*.deb "$new"/var/lib/apt/lists/* "$new"/var/lib/postgresql/17
    echo "$recipe" >"$new/.recipe"
    mv "$new" "$root"
}

# The server's process id, if it runs: the id in the file may have been reused by another program.
server() {
    local number
    number=$(head -n 1 "$root$data/db/postmaster.pid" 2>/dev/null) || return 1
    [ "$(readlink "/proc/$number/root" 2>/dev/null)" = "$root" ] && echo "$number"
}

answers() {
    [ -s "$cache/url" ] && server >/dev/null &&
        in_root "$bin/psql" -XAtqc 'SELECT 1' "$(cat "$cache/url")" >/dev/null 2>&1
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

start_server() {
    local password port url
    password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    install -d -m 700 -o "$(owner -u)" -g "$(owner -g)" "$root$data"
    in_root sh -c "umask 077 && printf %s '$password' >$data/password"
    in_root "$bin/initdb" -D "$data/db" -U postgres --pwfile="$data/password" --auth=scram-sha-256 \
        --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$cache/initdb.log" 2>&1 ||
        fail "initdb failed; its log is $cache/initdb.log."
    port=$(free_port)
    in_root tee -a "$data/db/postgresql.conf" >/dev/null <<CONF
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = ''
dynamic_shared_memory_type = mmap
shared_preload_libraries = 'timescaledb'
timescaledb.telemetry_level = off
shared_buffers = 256MB
max_connections = 200
jit = off
TimeZone = 'UTC'
CONF
    in_root "$bin/pg_ctl" start -D "$data/db" -w -t 60 -s -l "$data/log" >&2 </dev/null || {
        tail -n 15 "$root$data/log" >&2
        fail "The server did not start."
    }
    url="postgresql://postgres:$password@127.0.0.1:$port/postgres"
    (umask 077 && echo "$url" >"$cache/url")
}

owner() { in_root id "$1"; }

# TimescaleDB must really answer: makes a hypertable in a database of its own, which is then dropped.
check() {
    local url
    url=$(cat "$cache/url")
    in_root "$bin/psql" -XAtq -v ON_ERROR_STOP=1 "$url" -c 'CREATE DATABASE probe' >&2 &&
        in_root "$bin/psql" -XAtq -v ON_ERROR_STOP=1 "${url%/postgres}/probe" >&2 <<'SQL' &&
SET client_min_messages = warning;
CREATE EXTENSION timescaledb;
CREATE TABLE probe (time timestamptz NOT NULL, value real);
SELECT 'hypertable: ' || (create_hypertable('probe', 'time')).created;
INSERT INTO probe SELECT now() - n * interval '30 days', n FROM generate_series(1, 10) AS n;
SELECT 'TimescaleDB ' || extversion || ', ' || (SELECT count(*) FROM show_chunks('probe')) || ' chunks'
FROM pg_extension WHERE extname = 'timescaledb';
SQL
        in_root "$bin/psql" -XAtq -v ON_ERROR_STOP=1 "$url" -c 'DROP DATABASE probe' >&2
}

stop_server() {
    if server >/dev/null; then
        in_root "$bin/pg_ctl" stop -D "$data/db" -m fast -w -t 60 -s >&2 ||
            in_root "$bin/pg_ctl" stop -D "$data/db" -m immediate -w -t 60 -s >&2 ||
            fail "The server does not stop."
    fi
    rm -rf --one-file-system "$cache/url" "${root:?}$data"
}

if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || fail "Only root can make a Debian in a folder, and sudo is not here."
    # The cache folder and the proxy for apt are the caller's, not root's.
    exec sudo -n MILEVAULT_CI_CACHE="$cache" http_proxy="${http_proxy:-}" "$0" "$@"
fi
[ -e /etc/debian_version ] && command -v apt-get >/dev/null || fail "This is not Debian."
mkdir -p "$cache"
cache=$(realpath "$cache")
root=$cache/$suite
exec 9>"$cache/lock" # one at a time; programs get `9>&-`, so that a server does not keep the lock
flock 9

case ${1:-} in
start)
    if ! answers 9>&-; then
        make_root 9>&-
        stop_server 9>&-
        start_server 9>&-
        check 9>&- || fail "The server runs, but TimescaleDB does not answer."
    fi
    cat "$cache/url"
    ;;
stop) stop_server 9>&- ;;
*) fail "Say start or stop." ;;
esac
