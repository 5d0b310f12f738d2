"""`first-account`: the link to the form for the first account."""

from milevault_core.commands import command


def arguments(parser) -> None:
    parser.add_argument("--address", help="address people open (default: BASE_URL, or where it runs)")


@command("first-account", "operate", "print the link that makes the first account", arguments)
def first_account(options) -> int:
    from milevault_core import config, store
    from milevault_core.accounts import first
    from milevault_core.operate import docker_or_local, local_process

    settings = config.settings()
    running = local_process.find(settings.data)
    port = settings.http_port if docker_or_local.is_container() and settings.http_port else 8501
    address = (
        options.address
        or settings.base_url
        or (running.address if running else docker_or_local.local_address(str(port)))
    )
    store.open()
    try:
        link = first.link(address)
    finally:
        store.close()
    if link:
        print(f"Make the first account here (the link works once, for 24 hours): {link}")
    else:
        print("There are accounts already. An administrator can add more, or use: manage.py user add NAME")
    return 0
