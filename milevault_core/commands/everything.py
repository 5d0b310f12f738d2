"""`export-everything NAME FILE` and `import-everything NAME FILE`: move an account from one MileVault to another."""

import os
from pathlib import Path

from milevault_core.commands import CommandError, command
from milevault_core.problems import counted, thousands


def arguments(parser) -> None:
    parser.add_argument("name", help="the account")
    parser.add_argument("file", type=Path, metavar="FILE")


@command("export-everything", "data", "write everything of an account to a zip: NAME FILE", arguments)
def export_everything(options) -> int:
    from milevault_core import store
    from milevault_core.export import ExportError, write

    if options.file.exists():
        raise CommandError(f"{options.file} exists already. Choose another name.")
    part = options.file.with_name(options.file.name + ".part")
    store.open()
    try:
        account = _known(options.name)
        with part.open("wb") as out:
            made = write.write(account, out)
            out.flush()
            os.fsync(out.fileno())
        part.replace(options.file)
    except ExportError as error:
        raise CommandError(str(error)) from None
    except OSError as error:
        raise CommandError(f"{options.file} could not be written: {error.strerror}.") from None
    finally:
        part.unlink(missing_ok=True)
        store.close()
    print(f"{thousands(made.file_count)} files and {thousands(made.row_count)} rows are in {options.file}.")
    if made.unfinished:
        print(f"{thousands(made.unfinished)} files of archives are still being imported, and are not in it.")
    return 0


@command("import-everything", "data", "import such a zip into an empty account: NAME FILE", arguments)
def import_everything(options) -> int:
    from milevault_core import store
    from milevault_core.export import BadExport, read

    store.open()
    try:
        with options.file.open("rb") as file:
            taken = read.read(_known(options.name), file)
    except BadExport as error:
        raise CommandError(str(error)) from None
    except OSError as error:
        raise CommandError(f"{options.file} could not be read: {error.strerror}.") from None
    finally:
        store.close()
    print(
        f"{counted(taken.activities, 'activity', 'activities')}, {counted(taken.files, 'file')} and "
        f"{counted(taken.rows, 'row')} are here."
    )
    return 0


def _known(name: str) -> int:
    from milevault_core.accounts import users

    account = users.by_username(name)
    if account is None:
        raise CommandError(f"There is no account called {name}.")
    return account.id
