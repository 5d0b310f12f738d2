"""Looking after MileVault from outside: `.env`, background processes, Docker Compose, updates.

Standard library only, and nothing that needs a database: manage.py uses these modules before any package is there
(with Docker no package is ever installed on the machine itself). A test holds that.

env_file.py   `.env` beside manage.py: read it, write it with fresh secrets
way.py        Docker Compose, or here on this machine?
compose.py    every command by way of Docker Compose
here.py       the processes of this machine: which run, start and stop them
logs.py       what they have said
update.py     a newer version, step by step
"""
