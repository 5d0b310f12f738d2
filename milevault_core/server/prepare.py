"""`python -m milevault_core.server.prepare ADDRESS`: migrate the database, create the first account if ADMIN_PASSWORD
is set, and print the link for creating it while there is no account.

It is a separate process so that `run`, which lives as long as the server does, need not load the packages for it.
"""

import sys

from milevault_core import config, store
from milevault_core.accounts import first
from milevault_core.config import ConfigError
from milevault_core.store.embedded_server.cannot_start import CannotStart
from milevault_core.store.migrate import SchemaError


def main() -> int:
    """Migrate the database and print the link; returns the exit code."""
    try:
        store.open()
        first.seed_admin(config.settings())
        print(first.link(sys.argv[1]) or "")
        store.close()
    except (ConfigError, SchemaError, CannotStart) as error:
        print(error, file=sys.stderr)
        return 1
    except store.UNAVAILABLE as error:
        said = str(error).strip().split("(Background on", maxsplit=1)[0].strip()
        print(f"The database does not answer, or the connection was lost: {said}", file=sys.stderr)
        print("('manage.py status' looks for the cause.)", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
