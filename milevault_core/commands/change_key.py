"""`change-key`: after SECRET_KEY has changed, encrypt again what was encrypted with the old one."""

from milevault_core.commands import CommandError, command


@command("change-key", "safety", "after a change of SECRET_KEY: encrypt all secrets again with the new key")
def change_key(options) -> int:
    from milevault_core import store
    from milevault_core.accounts import key_change, vault

    store.open()
    try:
        found = key_change.seal_again(
            lambda place, counts: print(
                f"{place.name}: {counts.again} encrypted again, {counts.already} up to date"
                + (f", {counts.lost} cannot be decrypted with either key" if counts.lost else "")
            )
        )
    except vault.NoKey as error:
        raise CommandError(str(error)) from None
    finally:
        store.close()
    if any(counts.lost for counts in found.values()):
        raise CommandError(
            "Some were encrypted with another key. Set that key as SECRET_KEY_OLD and run this again, or have their "
            "owners set them up again: two-factor codes, the connection to Garmin, the identity provider's secret."
        )
    print("Everything is encrypted with SECRET_KEY. SECRET_KEY_OLD can be removed from .env.")
    return 0
