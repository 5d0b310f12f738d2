"""`psql`: open PostgreSQL's prompt."""

import subprocess

from milevault_core.commands import command


def arguments(parser) -> None:
    parser.add_argument(
        "-c", dest="sql", action="append", default=[], help="run this and exit; may be given several times"
    )


@command("psql", "operate", "open the database", arguments)
def psql(options) -> int:
    from milevault_core import store
    from milevault_core.store.embedded_server import embedded

    database = store.open()
    try:
        more = [word for sql in options.sql for word in ("-c", sql)]
        return subprocess.call([embedded.programs() / "psql", database.dsn, *more])
    finally:
        store.close()
