#!/usr/bin/env bash
# Tries the compose files with a real Docker: builds everything, starts it on a port of its own, imports a file, makes
# and verifies a backup, and takes everything down again, including the volumes. It does not touch a MileVault that runs
# here (it has its own project name and network).
set -euo pipefail
cd "$(dirname "$0")/.."
export COMPOSE_PROJECT_NAME=milevault-try HTTP_PORT="${HTTP_PORT:-18616}" SECRET_KEY="${SECRET_KEY:-$(openssl rand -hex 32)}"
export ADMIN_USERNAME=try ADMIN_PASSWORD="$(openssl rand -hex 12)" SUBNET="${SUBNET:-172.31.85.0/24}"
say() { printf '\n== %s\n' "$*"; }
milevault() { docker compose exec -T jobs python -m milevault_core.cli "$@"; }
trap 'say "taking it down"; docker compose down --volumes --timeout 20' EXIT

# A 20-minute ride to the north, with a point every ten seconds.
ride() {
    echo '<gpx version="1.1" creator="try" xmlns="http://www.topografix.com/GPX/1/1"><trk><type>cycling</type><trkseg>'
    for i in $(seq 0 120); do
        printf '<trkpt lat="52.%05d" lon="13.4"><ele>40</ele><time>2024-05-04T10:%02d:%02dZ</time></trkpt>\n' \
            $((50000 + i * 50)) $((i / 6)) $((i % 6 * 10))
    done
    echo '</trkseg></trk></gpx>'
}
activities() { milevault status --json | grep -o '"activities": [0-9]*' || true; }

say "building"; docker compose build
say "starting"; docker compose up --detach --wait --wait-timeout 300
say "healthz"; for _ in $(seq 30); do
    if curl --fail --silent "http://127.0.0.1:$HTTP_PORT/healthz"; then break; fi
    sleep 2
done
curl --fail --silent --show-error "http://127.0.0.1:$HTTP_PORT/healthz"
say "import of a file"
test "$(activities)" = '"activities": 0'
ride | docker compose exec -T jobs sh -c 'cat >/tmp/try.gpx'
milevault import --user try /tmp/try.gpx
test "$(activities)" = '"activities": 1'
say "demo data"; milevault demo --user try --yes  # beside the ride
say "status"; docker compose exec -T app python -m milevault_core.cli status
say "backup"; milevault backup /backups/try.tar
say "verify"; milevault backup verify /backups/try.tar
say "closed: metrics of the framework"
test "$(curl --silent --output /dev/null --write-out '%{http_code}' "http://127.0.0.1:$HTTP_PORT/_stcore/metrics")" = 404
say "All of it worked."
