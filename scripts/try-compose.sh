#!/usr/bin/env bash
# For the first person who has Docker: builds everything, starts it on a port of its own, imports, backs up and verifies,
# and takes it all down again, volumes included. Nothing of a MileVault that runs here is touched (its own project name).
set -euo pipefail
cd "$(dirname "$0")/.."
export COMPOSE_PROJECT_NAME=milevault-try HTTP_PORT="${HTTP_PORT:-18616}" SECRET_KEY="${SECRET_KEY:-$(openssl rand -hex 32)}"
export ADMIN_USERNAME=try ADMIN_PASSWORD="$(openssl rand -hex 12)"
say() { printf '\n== %s\n' "$*"; }
trap 'say "taking it down"; docker compose down --volumes --timeout 20' EXIT

say "building"; docker compose build
say "starting"; docker compose up --detach --wait --wait-timeout 300
say "healthz"; for _ in $(seq 30); do
    if curl --fail --silent "http://127.0.0.1:$HTTP_PORT/healthz"; then break; fi
    sleep 2
done
curl --fail --silent --show-error "http://127.0.0.1:$HTTP_PORT/healthz"
say "demo data"; docker compose exec -T jobs python -m milevault_core.cli demo --user try
say "status"; docker compose exec -T app python -m milevault_core.cli status || true
say "backup"; docker compose exec -T jobs python -m milevault_core.cli backup /backups/try.tar
say "verify"; docker compose exec -T jobs python -m milevault_core.cli backup verify /backups/try.tar
say "closed: metrics of the framework"
test "$(curl --silent --output /dev/null --write-out '%{http_code}' "http://127.0.0.1:$HTTP_PORT/_stcore/metrics")" = 404
say "All of it worked."
