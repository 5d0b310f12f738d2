"""`compress`: TimescaleDB compression, and dropping old health samples. Both are off by default."""

from milevault_core.commands import CommandError, command, with_data


def arguments(parser) -> None:
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    on = what.add_parser("on", parents=[with_data()], help="compress old data, now and from now on")
    on.add_argument(
        "--after",
        type=_days,
        default=90,
        metavar="DAYS",
        help="this long after a year of data ended (default: 90)",
    )
    what.add_parser("off", parents=[with_data()], help="decompress everything")
    what.add_parser("status", parents=[with_data()], help="how much is compressed, and what it saves")
    samples = what.add_parser(
        "samples", parents=[with_data()], help="how long samples of days and nights are kept"
    )
    samples.add_argument(
        "years", type=_years, metavar="YEARS|all", help="two or more; all: keep everything (the default)"
    )


@command(
    "compress", "operate", "compression by TimescaleDB: compress on|off|status, samples YEARS", arguments
)
def compress(options) -> int:
    from milevault_core import store
    from milevault_core.store import compression
    from milevault_core.view.format import size

    database = store.open()
    try:
        with compression.connected(database.dsn) as connection:
            if options.what == "on":
                compression.turn_on(connection, options.after)
            elif options.what == "off":
                compression.turn_off(connection)
            elif options.what == "samples":
                compression.forget_samples(connection, options.years)
            for table in compression.state(connection):
                saved = (
                    f", {size(table.bytes_before)} are now {size(table.bytes_after)}"
                    if table.compressed
                    else ""
                )
                on = "on" if table.is_on else "off"
                print(f"{table.table}: {on}, {table.compressed} of {table.chunks} chunks compressed{saved}.")
    except compression.CannotCompress as reason:
        raise CommandError(str(reason)) from None
    finally:
        store.close()
    return 0


def _days(text: str) -> int:
    if not text.isdecimal() or int(text) < 7:
        raise ValueError(text)
    return int(text)


def _years(text: str) -> int | None:
    if text == "all":
        return None
    if not text.isdecimal() or int(text) < 2:
        raise ValueError(text)
    return int(text)
