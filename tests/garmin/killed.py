"""`python -m tests.garmin.killed DSN URL USER HOURS`: run syncs against a stand-in, to be killed from outside."""

import sys
from datetime import timedelta

from milevault_core import store
from milevault_core.garmin import client, sync
from tests.garmin.conftest import Hand


def main() -> None:
    dsn, client.BASE_URL, user_id, hours = sys.argv[1:]
    store.open(dsn)
    clock = Hand()
    clock.time += timedelta(hours=int(hours))
    for _ in range(50):
        sync.run(int(user_id), clock)
        clock.time += timedelta(minutes=1)
    store.close()


if __name__ == "__main__":
    main()
