"""`migrate`: bring the schema up to date without starting anything else."""

from milevault_core.commands import command


@command("migrate", "operate", "bring the database's schema up to date (every start does it too)")
def migrate(options) -> int:
    from milevault_core import store
    from milevault_core.store import diagnosis

    database = store.open()
    try:
        print(f"The database has schema {diagnosis.schema(database.dsn)}.")
    finally:
        store.close()
    return 0
