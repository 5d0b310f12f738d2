"""Operating MileVault from outside: `.env`, background processes, Docker Compose, updates.

Only the standard library, and nothing that needs a database: manage.py uses these modules before any package is
installed (with Docker no package is ever installed on the host). A test checks that.

setup.py            write `.env` next to manage.py, with new secrets
docker_or_local.py  whether commands use Docker Compose or run on this machine
compose.py          run commands through Docker Compose
local_process.py    find and stop the processes on this machine
logs.py             their logs
update.py           install a newer version, step by step
"""
