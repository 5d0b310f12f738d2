"""`first-account`: the link by which the first account is made."""

from milevault_core.commands import command


def arguments(parser) -> None:
    parser.add_argument("--address", help="what people open (default: BASE_URL, or where it runs)")


@command("first-account", "operate", "print the link that makes the first account", arguments)
def first_account(options) -> int:
    from milevault_core import config, store
    from milevault_core.accounts import first
    from milevault_core.operate import here, way

    settings = config.settings()
    running = here.find(settings.data)
    port = settings.http_port if way.is_container() and settings.http_port else 8501
    address = (
        options.address or settings.base_url or (running.address if running else way.local_address(str(port)))
    )
    store.open()
    try:
        link = first.link(address)
    finally:
        store.close()
    if link:
        print(f"Make the first account here (the link works once, for 24 hours): {link}")
    else:
        print("There are accounts already. An administrator makes more, or: manage.py user add NAME")
    return 0
