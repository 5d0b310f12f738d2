"""`psql`: the database's own prompt."""

import subprocess

from milevault_core.commands import command


def arguments(parser) -> None:
    parser.add_argument("-c", dest="sql", help="run this and exit")


@command("psql", "operate", "open the database", arguments)
def psql(options) -> int:
    from milevault_core import store
    from milevault_core.store.embedded_server import embedded

    database = store.open()
    try:
        more = ["-c", options.sql] if options.sql else []
        return subprocess.call([embedded.programs() / "psql", database.dsn, *more])
    finally:
        store.close()
