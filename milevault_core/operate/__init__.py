"""Operating MileVault from outside: `.env`, background processes, Docker Compose, updates.

Standard library only, and nothing that needs a database: manage.py uses these modules before any package is installed
(with Docker none is ever installed on the machine itself). A test checks that.

setup.py            `.env` beside manage.py, with fresh secrets
docker_or_local.py  Docker Compose, or here on this machine?
compose.py          every command through Docker Compose
local_process.py    the processes of this machine: which run, start and stop them
logs.py             their logs
update.py           a newer version, step by step
"""
