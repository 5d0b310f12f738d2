"""`change-key`: after SECRET_KEY has changed, seal again what the old one sealed."""

from milevault_core.commands import CommandError, command


@command("change-key", "safety", "after a change of SECRET_KEY: seal everything again under the new one")
def change_key(options) -> int:
    from milevault_core import store
    from milevault_core.accounts import key_change, vault

    store.open()
    try:
        found = key_change.seal_again(
            lambda place, counts: print(
                f"{place.name}: {counts.again} sealed again, {counts.already} were already"
                + (f", {counts.lost} open under neither key" if counts.lost else "")
            )
        )
    except vault.NoKey as error:
        raise CommandError(str(error)) from None
    finally:
        store.close()
    if any(counts.lost for counts in found.values()):
        raise CommandError(
            "Some were sealed under another key. Set that one as SECRET_KEY_OLD and run this again, or have their "
            "owners set them up anew: two-factor codes, the connection to Garmin, the identity provider's secret."
        )
    print("Everything is under SECRET_KEY. SECRET_KEY_OLD can go from .env at the next start.")
    return 0
